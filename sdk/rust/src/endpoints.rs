//! Addresses of nodes as the reader reaches them.

/// The parts of an address that matter here.
struct Address<'a> {
	scheme: &'a str,
	host: &'a str,
	port: Option<&'a str>,
}

impl<'a> Address<'a> {
	fn read(url: &'a str) -> Option<Self> {
		let (scheme, rest) = url.split_once("://")?;
		let authority = rest.split(['/', '?', '#']).next().filter(|authority| !authority.is_empty())?;
		// The address of IPv6 is in brackets, and has colons.
		let end = authority.find(']').map_or(0, |at| at + 1);
		let (host, port) = match authority[end..].find(':') {
			Some(at) => (&authority[..end + at], Some(&authority[end + at + 1..])),
			None => (authority, None),
		};
		Some(Self { scheme, host, port })
	}

	/// Returns whether the host is the machine itself, or stands for all of its interfaces.
	fn is_own_machine(&self) -> bool {
		matches!(self.host, "localhost" | "0.0.0.0" | "[::]" | "[::1]") || self.host.starts_with("127.")
	}
}

/// Returns the addresses to try for a ledger, in order.
///
/// A node names its ledgers as it sees them, such as `ws://127.0.0.1:9946`. For a reader on another machine that is its own
/// machine: then the host and the scheme of `door`, by which the reader reached the node, take their places, with the port of
/// the endpoint. The same is tried after an endpoint that cannot be reached.
pub(crate) fn reachable(endpoints: &[String], door: &str) -> Vec<String> {
	let from = Address::read(door).filter(|door| !door.is_own_machine());
	let mut urls = Vec::<String>::new();
	for endpoint in endpoints {
		let Some(to) = Address::read(endpoint) else { continue };
		let beside_door = from.as_ref().map(|Address { scheme, host, .. }| {
			let port = to.port.unwrap_or(if to.scheme == "wss" { "443" } else { "80" });
			format!("{scheme}://{host}:{port}")
		});
		let own = (beside_door.is_none() || !to.is_own_machine()).then(|| endpoint.clone());
		for url in own.into_iter().chain(beside_door) {
			if !urls.contains(&url) {
				urls.push(url);
			}
		}
	}
	urls
}

#[cfg(test)]
mod tests {
	use super::reachable;

	fn check(endpoints: &[&str], door: &str, expected: &[&str]) {
		let endpoints: Vec<_> = endpoints.iter().map(|url| (*url).to_owned()).collect();
		assert_eq!(reachable(&endpoints, door), expected);
	}

	#[test]
	fn endpoints_of_the_machine_of_a_remote_node_are_reached_at_its_host() {
		let local = ["ws://127.0.0.1:9946", "ws://localhost:9947", "ws://[::1]:9948"];
		check(&local, "ws://127.0.0.1:9944", &local);
		let remote = ["wss://node.example.org:9946", "wss://node.example.org:9947", "wss://node.example.org:9948"];
		check(&local, "wss://node.example.org/rpc", &remote);
		let both = ["ws://10.0.0.7:9946", "ws://node.example.org:9946"];
		check(&["ws://10.0.0.7:9946"], "ws://node.example.org:9944", &both);
		check(&["nonsense", "ws://"], "ws://node.example.org:9944", &[]);
	}
}
