//! What servers are called by their addresses.

use super::connect::Address;

/// The first part of each host's name; the whole address where two would be called the same.
pub fn short_names(addresses: &[Address]) -> Vec<String> {
    let short = |address: &Address| match address.host.parse::<std::net::IpAddr>() {
        Ok(_) => format!("{}:{}", address.host, address.port),
        Err(_) => address.host.split('.').next().unwrap_or(&address.host).to_owned(),
    };
    let names: Vec<String> = addresses.iter().map(short).collect();
    let is_alone = |name: &String| names.iter().filter(|other| *other == name).count() == 1;
    let named = |(name, address): (&String, &Address)| {
        if is_alone(name) { name.clone() } else { format!("{}:{}", address.host, address.port) }
    };
    names.iter().zip(addresses).map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_of_one_host_are_told_apart() {
        let address = |host: &str, port| Address { is_ldaps: true, host: host.to_owned(), port };
        let names = short_names(&[address("dc1.a.test", 636), address("dc2.a.test", 636)]);
        assert_eq!(names, ["dc1", "dc2"]);
        let names = short_names(&[address("localhost", 1), address("localhost", 2), address("127.0.0.1", 3)]);
        assert_eq!(names, ["localhost:1", "localhost:2", "127.0.0.1:3"]);
    }
}
