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
mod tests;
