use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

/// The port on which network printers take raw jobs.
const RAW_PRINTING: u16 = 9100;

/// Finds the socket addresses that a setting such as `kitchen.lan`, `10.0.0.7:9101` or `[fe80::1]:9100` stands for.
pub(super) fn resolve(address: &str) -> io::Result<Vec<SocketAddr>> {
    let address = address.trim();
    let found: Vec<_> = if let Ok(socket) = address.parse::<SocketAddr>() {
        vec![socket]
    } else if let Ok(ip) = address.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        vec![SocketAddr::new(ip, RAW_PRINTING)]
    } else {
        let (host, port) = split(address)?;
        (host, port).to_socket_addrs()?.collect()
    };
    if found.is_empty() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "its name stands for no address"));
    }
    Ok(found)
}

fn split(address: &str) -> io::Result<(&str, u16)> {
    let invalid = |why| io::Error::new(io::ErrorKind::InvalidInput, why);
    let (host, port) = match address.split_once(':') {
        None => (address, RAW_PRINTING),
        Some((host, port)) => (host, port.parse().map_err(|_| invalid("after the colon must stand a port, 1 to 65535"))?),
    };
    if host.is_empty() {
        return Err(invalid("its address is empty"));
    }
    Ok((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_port_means_9100() {
        assert_eq!(resolve("192.168.1.50").unwrap(), ["192.168.1.50:9100".parse().unwrap()]);
        assert_eq!(resolve("::1").unwrap(), ["[::1]:9100".parse().unwrap()]);
        assert_eq!(resolve("[::1]").unwrap(), ["[::1]:9100".parse().unwrap()]);
        assert_eq!(split("kitchen.lan").unwrap(), ("kitchen.lan", 9100));
    }

    #[test]
    fn an_address_may_name_its_port() {
        assert_eq!(resolve(" 192.168.1.50:9101 ").unwrap(), ["192.168.1.50:9101".parse().unwrap()]);
        assert_eq!(resolve("[::1]:9101").unwrap(), ["[::1]:9101".parse().unwrap()]);
        assert_eq!(split("kitchen.lan:9101").unwrap(), ("kitchen.lan", 9101));
    }

    #[test]
    fn a_host_name_is_looked_up() {
        assert!(resolve("localhost:9100").unwrap().iter().all(|socket| socket.ip().is_loopback() && socket.port() == 9100));
    }

    #[test]
    fn an_address_that_means_nothing_is_refused() {
        for wrong in ["", ":9100", "host:", "host:99999", "host:printer"] {
            assert_eq!(resolve(wrong).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{wrong}");
        }
    }
}
