//! A small page over real sockets.

use crate::{
	listen,
	server::{serve_within, Limits},
	File, Ledger, ListenError, Rpc, Site,
};
use serde_json::{json, Value};
use std::{
	net::{SocketAddr, TcpListener as StdTcpListener},
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{TcpListener, TcpStream},
	sync::watch,
	time::timeout,
};

const INDEX: &[u8] = b"<!doctype html><title>page</title>";
const SCRIPT: &[u8] = b"console.log('a script that is long enough')";
/// Stands for compressed bytes: the server does not look into them.
const SCRIPT_GZIP: &[u8] = b"\x1f\x8b short";

const FILES: [File; 3] = [
	File { name: "index.html", content: INDEX, gzip: None },
	File { name: "page.js", content: SCRIPT, gzip: Some(SCRIPT_GZIP) },
	File { name: "shared-AEZJ5DLN.js", content: b"export {}", gzip: None },
];

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

struct Server {
	address: SocketAddr,
	ledgers: watch::Sender<Vec<Ledger>>,
}

impl Server {
	async fn start(limits: Limits) -> Self {
		Self::start_with(limits, &FILES).await
	}

	async fn start_with(limits: Limits, files: &[File]) -> Self {
		let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = listener.local_addr().unwrap();
		let (ledgers, receiver) = watch::channel(Vec::new());
		tokio::spawn(serve_within(limits, listener, Arc::new(Site::new(files, receiver))));
		Self { address, ledgers }
	}

	async fn connect(&self) -> TcpStream {
		TcpStream::connect(self.address).await.unwrap()
	}

	/// Sends a request on a new connection; returns the answer.
	async fn ask(&self, method: &str, path: &str, headers: &str) -> Answer {
		let mut stream = self.connect().await;
		let request = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:1\r\nconnection: close\r\n{headers}\r\n");
		stream.write_all(request.as_bytes()).await.unwrap();
		Answer::read(stream).await
	}

	async fn get(&self, path: &str) -> Answer {
		self.ask("GET", path, "").await
	}
}

struct Answer {
	head: String,
	body: Vec<u8>,
}

impl Answer {
	/// Reads until the server closes the connection.
	async fn read(mut stream: TcpStream) -> Self {
		let mut bytes = Vec::new();
		timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("an answer in time").unwrap();
		let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("the end of a head");
		Self { head: String::from_utf8(bytes[..end].to_vec()).unwrap(), body: bytes[end + 4..].to_vec() }
	}

	fn status(&self) -> u16 {
		self.head.split(' ').nth(1).unwrap().parse().unwrap()
	}

	fn header(&self, name: &str) -> Option<&str> {
		self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
	}
}

#[tokio::test]
async fn the_page_is_served_with_its_headers() {
	let server = Server::start(Limits::default()).await;
	for path in ["/", "/index.html", "/?node=1"] {
		let answer = server.get(path).await;
		assert_eq!((answer.status(), &answer.body[..]), (200, INDEX), "{path}");
		assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
		assert_eq!(answer.header("content-length"), Some("34"));
		assert_eq!(answer.header("cache-control"), Some("no-cache"));
		assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
		assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
		let policy = answer.header("content-security-policy").unwrap();
		assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
	}
	let script = server.get("/page.js").await;
	assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
	assert_eq!(script.header("cache-control"), Some("no-cache"));
	let hashed = server.get("/shared-AEZJ5DLN.js").await;
	assert_eq!(hashed.header("cache-control"), Some("public, max-age=31536000, immutable"));
}

#[tokio::test]
async fn a_head_has_the_headers_and_no_body() {
	let server = Server::start(Limits::default()).await;
	let answer = server.ask("HEAD", "/page.js", "").await;
	assert_eq!((answer.status(), answer.body.len()), (200, 0));
	assert_eq!(answer.header("content-length"), Some(SCRIPT.len().to_string().as_str()));
	assert!(answer.header("etag").is_some());
}

#[tokio::test]
async fn gzip_is_served_where_it_is_taken() {
	let server = Server::start(Limits::default()).await;
	for taken in ["gzip", "br, GZIP;q=0.5", "*", "deflate, gzip ; q=1"] {
		let answer = server.ask("GET", "/page.js", &format!("accept-encoding: {taken}\r\n")).await;
		assert_eq!((answer.header("content-encoding"), &answer.body[..]), (Some("gzip"), SCRIPT_GZIP), "{taken}");
		assert_eq!(answer.header("vary"), Some("accept-encoding"));
	}
	for refused in ["identity", "gzip;q=0", "br", "gzip;q=0, *", "gzip;q=x"] {
		let answer = server.ask("GET", "/page.js", &format!("accept-encoding: {refused}\r\n")).await;
		assert_eq!((answer.header("content-encoding"), &answer.body[..]), (None, SCRIPT), "{refused}");
	}
	let index = server.ask("GET", "/", "accept-encoding: gzip\r\n").await;
	assert_eq!((index.header("content-encoding"), &index.body[..]), (None, INDEX), "it has no other form");
}

#[tokio::test]
async fn a_browser_that_has_the_file_gets_304() {
	let server = Server::start(Limits::default()).await;
	let plain = server.get("/page.js").await.header("etag").unwrap().to_owned();
	let compressed =
		server.ask("GET", "/page.js", "accept-encoding: gzip\r\n").await.header("etag").unwrap().to_owned();
	assert_ne!(plain, compressed);
	for known in [plain.clone(), format!("W/{plain}"), format!("\"other\", {plain}"), "*".into()] {
		let answer = server.ask("GET", "/page.js", &format!("if-none-match: {known}\r\n")).await;
		assert_eq!((answer.status(), answer.body.len()), (304, 0), "{known}");
		assert_eq!(answer.header("etag"), Some(plain.as_str()));
	}
	let stale = server.ask("GET", "/page.js", &format!("if-none-match: {compressed}\r\n")).await;
	assert_eq!((stale.status(), &stale.body[..]), (200, SCRIPT));
}

#[tokio::test]
async fn no_path_leaves_the_files() {
	let server = Server::start(Limits::default()).await;
	for path in [
		"/missing",
		"/../page.js",
		"/../../etc/passwd",
		"/%2e%2e/page.js",
		"/%2e%2e%2f%2e%2e%2fetc/passwd",
		"//",
		"//page.js",
		"/page.js/",
		"/./page.js",
		"/page%2ejs",
		"/PAGE.JS",
		"/page.js%00",
		"*",
	] {
		let answer = server.get(path).await;
		assert_eq!(answer.status(), 404, "{path}: {}", answer.head);
		assert!(answer.header("content-security-policy").is_some(), "{path}");
	}
	assert_eq!(server.get("/../\\page.js").await.status() / 100, 4);
}

#[tokio::test]
async fn methods_that_change_something_are_refused() {
	let server = Server::start(Limits::default()).await;
	for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "FLY"] {
		let answer = server.ask(method, "/", "").await;
		assert_eq!((answer.status(), answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
	}
	// A body is not read, however long it claims to be.
	let answer = server.ask("POST", "/", "content-length: 99999999999\r\n").await;
	assert_eq!(answer.status(), 405);
}

fn ledger(rpc: Rpc, anchor: Option<Value>) -> Ledger {
	Ledger { id: "main".into(), name: "Main".into(), rpc, anchor, anchor_source: "this node" }
}

#[tokio::test]
async fn the_configuration_names_the_rpc_at_the_host_of_the_page() {
	let server = Server::start(Limits::default()).await;
	server.ledgers.send_replace(vec![ledger(Rpc::Port(9944), None)]);
	for (host, endpoint) in [
		("node.example.org:8080", "ws://node.example.org:9944"),
		("10.0.0.7", "ws://10.0.0.7:9944"),
		("[::1]:8080", "ws://[::1]:9944"),
		("not a host", "ws://localhost:9944"),
	] {
		let mut stream = server.connect().await;
		let request = format!("GET /config.json HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
		stream.write_all(request.as_bytes()).await.unwrap();
		let answer = Answer::read(stream).await;
		assert_eq!(answer.header("cache-control"), Some("no-store"));
		let config: Value = serde_json::from_slice(&answer.body).unwrap();
		assert_eq!(config, json!({"ledgers": [{"id": "main", "name": "Main", "endpoints": [endpoint]}]}), "{host}");
	}
	server.ledgers.send_replace(vec![ledger(Rpc::Url("wss://rpc.example.org".into()), Some(json!({"epoch": 3})))]);
	let config: Value = serde_json::from_slice(&server.get("/config.json").await.body).unwrap();
	let ledger = &config["ledgers"][0];
	assert_eq!(ledger["endpoints"], json!(["wss://rpc.example.org"]));
	assert_eq!((&ledger["anchor"], &ledger["anchorSource"]), (&json!({"epoch": 3}), &json!("this node")));
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
	let server = Server::start(Limits::default()).await;
	let answer = server.ask("GET", "/", &format!("cookie: {}\r\n", "x".repeat(20_000))).await;
	assert_eq!(answer.status(), 200, "cookies of other programs on this host");
	let many: String = (0..200).map(|number| format!("x-{number}: y\r\n")).collect();
	assert_eq!(server.ask("GET", "/", &many).await.status(), 431);
	// The server may close the connection while the client still writes.
	let mut stream = server.connect().await;
	let head = format!("GET / HTTP/1.1\r\nhost: x\r\ncookie: {}", "x".repeat(200_000));
	let written = stream.write_all(head.as_bytes()).await;
	let mut bytes = Vec::new();
	let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("an end in time");
	let refused = String::from_utf8_lossy(&bytes).starts_with("HTTP/1.1 431");
	assert!(refused || written.is_err() || read.is_err(), "{written:?} {read:?} {bytes:?}");
	assert_eq!(server.get("/").await.status(), 200);
}

#[tokio::test]
async fn slow_clients_make_room_for_others() {
	let brief = Duration::from_millis(300);
	let limits = Limits { connections: 2, head: brief, life: brief * 4, last_answer: brief };
	let server = Server::start(limits).await;
	let began = Instant::now();
	// One sends nothing, the other half a head; the third waits until one of them is sent away.
	let silent = server.connect().await;
	let mut slow = server.connect().await;
	slow.write_all(b"GET / HT").await.unwrap();
	assert_eq!(server.get("/").await.status(), 200);
	assert!(began.elapsed() >= brief, "{:?}", began.elapsed());
	for mut stream in [silent, slow] {
		let mut bytes = Vec::new();
		timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("an end in time").unwrap();
	}

	// A client that asks again and again has a last answer too.
	let began = Instant::now();
	let mut stream = server.connect().await;
	let ended = async {
		let mut answer = [0; 4096];
		loop {
			if stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.is_err() {
				return;
			}
			match stream.read(&mut answer).await {
				Ok(0) | Err(_) => return,
				Ok(_) => tokio::time::sleep(brief / 10).await,
			}
		}
	};
	timeout(PATIENCE, ended).await.expect("an end in time");
	assert!(began.elapsed() >= limits.life, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_client_that_does_not_read_is_sent_away() {
	let brief = Duration::from_millis(300);
	let limits = Limits { connections: 1, head: brief, life: brief, last_answer: brief };
	// More than the buffers of both sockets hold.
	let large: &'static [u8] = vec![7; 32 << 20].leak();
	let files = [File { name: "large.js", content: large, gzip: None }, FILES[0]];
	let server = Server::start_with(limits, &files).await;
	let mut deaf = server.connect().await;
	deaf.write_all(b"GET /large.js HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
	assert_eq!(server.get("/").await.status(), 200);
	let mut bytes = Vec::new();
	// What the sockets hold, and then the end: how the system reports it depends on what is left to send.
	if let Err(error) = timeout(PATIENCE, deaf.read_to_end(&mut bytes)).await.expect("an end in time") {
		assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
	}
	assert!(bytes.len() < large.len(), "{}", bytes.len());
}

#[tokio::test]
async fn requests_follow_each_other_on_one_connection() {
	let server = Server::start(Limits::default()).await;
	let mut stream = server.connect().await;
	stream.write_all(b"HEAD /page.js HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
	stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
	let both = Answer::read(stream).await;
	assert_eq!(both.status(), 200);
	assert!(both.body.starts_with(b"HTTP/1.1 200") && both.body.ends_with(INDEX), "{:?}", both.body);
}

#[test]
fn a_taken_port_is_named() {
	let taken = StdTcpListener::bind("127.0.0.1:0").unwrap();
	let port = taken.local_addr().unwrap().port();
	for external in [false, true] {
		let error = listen(port, external).unwrap_err();
		assert!(matches!(error, ListenError::InUse(_)), "{error}");
		assert!(error.to_string().contains(&port.to_string()), "{error}");
	}
}

#[test]
fn loopback_unless_told_otherwise() {
	for (external, loopback) in [(false, true), (true, false)] {
		let listeners = listen(0, external).unwrap();
		let addresses: Vec<SocketAddr> = listeners.iter().map(|listener| listener.local_addr().unwrap()).collect();
		assert!(addresses.iter().all(|address| address.ip().is_loopback() == loopback), "{addresses:?}");
		assert!(addresses.iter().all(|address| address.port() == addresses[0].port()), "{addresses:?}");
	}
}
