use super::*;

#[test]
fn servers_of_one_host_are_told_apart() {
    let address = |host: &str, port| Address { is_ldaps: true, host: host.to_owned(), port };
    let names = short_names(&[address("dc1.a.test", 636), address("dc2.a.test", 636)]);
    assert_eq!(names, ["dc1", "dc2"]);
    let names = short_names(&[address("localhost", 1), address("localhost", 2), address("127.0.0.1", 3)]);
    assert_eq!(names, ["localhost:1", "localhost:2", "127.0.0.1:3"]);
}
