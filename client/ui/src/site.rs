//! What is served: one answer to each request.

use crate::config::{config, Ledger};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
	header::{self, HeaderMap, HeaderName, HeaderValue},
	http::uri::Authority,
	Method, Request, Response, StatusCode,
};
use sp_crypto_hashing::blake2_128;
use std::collections::BTreeMap;
use tokio::sync::watch;

/// The file that a browser asks for without a path.
const INDEX: &str = "index.html";
/// The ledgers of the page.
const CONFIG_PATH: &str = "/config.json";
/// The host of the page where the request names none, as in HTTP/1.0.
const UNNAMED_HOST: &str = "localhost";

/// The page runs its own scripts alone, and connects to any node: the reader may add some.
/// It sets styles of single elements, and its icons are `data:` images.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";
/// Headers of every answer.
const HEADERS: [(HeaderName, &str); 4] = [
	(header::CONTENT_SECURITY_POLICY, POLICY),
	(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
	(header::REFERRER_POLICY, "no-referrer"),
	(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// For a file whose name has the hash of its content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// For other files: a browser asks each time whether its copy is the newest.
const ASK_FIRST: &str = "no-cache";

/// A file of the page.
#[derive(Clone, Copy, Debug)]
pub struct File {
	/// Its name, which is its path without the leading `/`.
	pub name: &'static str,
	/// Its content.
	pub content: &'static [u8],
	/// Its content compressed by gzip, if that is shorter.
	pub gzip: Option<&'static [u8]>,
}

/// The files and ledgers that are served.
#[derive(Debug)]
pub struct Site {
	files: BTreeMap<String, Served>,
	ledgers: watch::Receiver<Vec<Ledger>>,
}

/// A file with its headers.
#[derive(Debug)]
struct Served {
	content_type: &'static str,
	cache: &'static str,
	plain: Form,
	gzip: Option<Form>,
}

/// One form of a file. Each has its own tag, because they are different bytes.
#[derive(Debug)]
struct Form {
	bytes: &'static [u8],
	tag: String,
}

impl Form {
	fn new(bytes: &'static [u8]) -> Self {
		Self { bytes, tag: format!("\"{}\"", hex::encode(blake2_128(bytes))) }
	}
}

impl Site {
	/// Takes the files of a page, and the ledgers that it shows, as they change.
	pub fn new(files: &[File], ledgers: watch::Receiver<Vec<Ledger>>) -> Self {
		let files = files
			.iter()
			.map(|File { name, content, gzip }| {
				let served = Served {
					content_type: content_type(name),
					cache: if has_hash(name) { FOR_EVER } else { ASK_FIRST },
					plain: Form::new(content),
					gzip: gzip.map(Form::new),
				};
				(format!("/{name}"), served)
			})
			.collect();
		Self { files, ledgers }
	}

	/// Answers a request. The body of the request is not read.
	pub(crate) fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
		let mut response = self.answer_without_headers(request);
		let headers = response.headers_mut();
		for (name, value) in HEADERS {
			headers.insert(name, HeaderValue::from_static(value));
		}
		response
	}

	fn answer_without_headers<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
		if request.method() != Method::GET && request.method() != Method::HEAD {
			let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are served here\n");
			refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
			return refused;
		}
		match request.uri().path() {
			CONFIG_PATH => {
				let mut response = Response::new(Full::from(config(&self.ledgers.borrow(), &host(request))));
				let headers = response.headers_mut();
				headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
				headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
				response
			},
			path => {
				let found = if path == "/" { self.files.get(&format!("/{INDEX}")) } else { self.files.get(path) };
				match found {
					Some(file) => file.answer(request.headers()),
					None => text(StatusCode::NOT_FOUND, "there is no such file\n"),
				}
			},
		}
	}
}

impl Served {
	fn answer(&self, asked: &HeaderMap) -> Response<Full<Bytes>> {
		let (form, is_gzip) = match &self.gzip {
			Some(gzip) if takes_gzip(asked) => (gzip, true),
			_ => (&self.plain, false),
		};
		let mut response = Response::new(Full::default());
		let headers = response.headers_mut();
		headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache));
		headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
		let tag = HeaderValue::from_str(&form.tag).expect("hexadecimal digits in quotes are a value of a header; qed");
		headers.insert(header::ETAG, tag);
		if knows(asked, &form.tag) {
			*response.status_mut() = StatusCode::NOT_MODIFIED;
			return response;
		}
		headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
		if is_gzip {
			headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
		}
		*response.body_mut() = Full::new(Bytes::from_static(form.bytes));
		response
	}
}

fn text(status: StatusCode, words: &'static str) -> Response<Full<Bytes>> {
	let mut response = Response::new(Full::from(words));
	*response.status_mut() = status;
	response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
	response
}

/// Returns the host that the request is for, without its port.
fn host<B>(request: &Request<B>) -> String {
	let named = request.headers().get(header::HOST).and_then(|host| Authority::try_from(host.as_bytes()).ok());
	let named = request.uri().authority().cloned().or(named);
	named.map_or_else(|| UNNAMED_HOST.to_owned(), |authority| authority.host().to_owned())
}

/// Whether the client takes gzip: `gzip` or `*`, and not with the weight 0.
fn takes_gzip(asked: &HeaderMap) -> bool {
	let mut any = false;
	for coding in items(asked, header::ACCEPT_ENCODING) {
		let (name, parameters) = coding.split_once(';').unwrap_or((coding, ""));
		let weight = parameters.trim().strip_prefix("q=").map(|weight| weight.trim().parse::<f32>());
		let takes = match weight {
			None => true,
			Some(weight) => weight.is_ok_and(|weight| weight > 0.0),
		};
		match name.trim() {
			name if name.eq_ignore_ascii_case("gzip") => return takes,
			"*" => any = takes,
			_ => {},
		}
	}
	any
}

/// Whether the client has the form with this tag. Tags compare by their text, weak or not.
fn knows(asked: &HeaderMap, tag: &str) -> bool {
	items(asked, header::IF_NONE_MATCH).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// The items of a header that is a list. None of a value that is no text.
fn items(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
	let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
	values.flat_map(|value| value.split(',')).map(str::trim)
}

fn content_type(name: &str) -> &'static str {
	match name.rsplit_once('.').map(|(_, extension)| extension) {
		Some("html") => "text/html; charset=utf-8",
		Some("js") => "text/javascript; charset=utf-8",
		Some("css") => "text/css; charset=utf-8",
		Some("svg") => "image/svg+xml",
		Some("json") => "application/json",
		_ => "application/octet-stream",
	}
}

/// Whether a name has the hash of the content, as the page's builder writes it: `shared-AEZJ5DLN.js`.
fn has_hash(name: &str) -> bool {
	let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
	stem.rsplit_once('-').is_some_and(|(_, hash)| {
		hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
	})
}
