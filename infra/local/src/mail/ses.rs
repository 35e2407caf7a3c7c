//! `SendEmail` of SES v2, with its signature checked and its sender known.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};

use super::{Mail, Mails};
use crate::clock;
use crate::iam::{Key, Policies, Question};
use crate::sigv4::Verifier;

/// SES's limit on a message, in bytes, as Base64 makes it.
const MAX_BODY: usize = 56 * 1024 * 1024;

/// What SES needs.
#[derive(Clone)]
pub struct Ses {
    /// Knows who calls.
    pub verifier: Verifier,
    /// Knows who may send.
    pub policies: Arc<Policies>,
    /// The one verified identity: an e-mail address.
    pub identity: String,
    /// The identity's ARN.
    pub arn: String,
    /// Where mails go.
    pub mails: Mails,
}

/// `POST /v2/email/outbound-emails`.
pub fn router(ses: Ses) -> Router {
    Router::new()
        .route("/v2/email/outbound-emails", post(send))
        .with_state(ses)
}

async fn send(State(ses): State<Ses>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY).await else {
        return error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "BadRequestException",
            "The message is too large.",
        );
    };
    let now = clock::now();
    let principal = match ses.verifier.verify(&parts, &body, now) {
        Ok(principal) => principal,
        Err(refusal) => return error(StatusCode::FORBIDDEN, refusal.code(), refusal.message()),
    };
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mail = match read(&request) {
        Ok(mail) => mail,
        Err(message) => return error(StatusCode::BAD_REQUEST, "BadRequestException", message),
    };
    let question = question(&request, &mail, &ses.arn);
    if !ses.policies.allow(&principal, &question) {
        let (action, arn) = (&question.action, &question.resource);
        let message =
            format!("User: {principal} is not authorized to perform: {action} on resource: {arn}");
        return error(StatusCode::FORBIDDEN, "AccessDeniedException", &message);
    }
    if !address(&mail.from).eq_ignore_ascii_case(&ses.identity) {
        let message =
            "Email address is not verified. The sender's identity failed the check in this region.";
        return error(StatusCode::BAD_REQUEST, "MessageRejected", message);
    }
    match ses.mails.keep(&mail, now) {
        Ok(id) => answer(
            StatusCode::OK,
            &json!({ "MessageId": format!("{id:016x}-local") }),
        ),
        Err(_) => error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalFailure",
            "The mail cannot be written.",
        ),
    }
}

/// What IAM is asked: a MIME message is sent by another action's name than a simple one.
fn question(request: &Value, mail: &Mail, arn: &str) -> Question {
    let raw = request["Content"]["Raw"].is_object();
    let action = if raw { "SendRawEmail" } else { "SendEmail" };
    let from = address(&mail.from).to_owned();
    Question::new(format!("ses:{action}"), arn).with(Key::FromAddress, [from])
}

/// The mail of a `SendEmail` request: raw or simple.
fn read(request: &Value) -> Result<Mail, &'static str> {
    let texts = |list: &Value| -> Vec<String> {
        list.as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let destination = &request["Destination"];
    let to = ["ToAddresses", "CcAddresses", "BccAddresses"]
        .iter()
        .flat_map(|kind| texts(&destination[*kind]));
    let to: Vec<String> = to.collect();
    let from = request["FromEmailAddress"].as_str().map(str::to_owned);
    let content = &request["Content"];
    let mut mail = if let Some(data) = content["Raw"]["Data"].as_str() {
        let raw = STANDARD
            .decode(data)
            .map_err(|_| "Raw.Data is not Base64.")?;
        Mail::parse(&raw, to).ok_or("Raw.Data is no message.")?
    } else if content["Simple"].is_object() {
        let part = |part: &Value| part["Data"].as_str().unwrap_or_default().to_owned();
        let simple = &content["Simple"];
        let (subject, body) = (part(&simple["Subject"]), &simple["Body"]);
        Mail {
            to,
            subject,
            text: part(&body["Text"]),
            html: part(&body["Html"]),
            ..Mail::default()
        }
    } else {
        return Err("Content is neither Raw nor Simple.");
    };
    if let Some(from) = from
        && (mail.from.is_empty() || !address(&mail.from).eq_ignore_ascii_case(address(&from)))
    {
        mail.from = from;
    }
    if mail.to.is_empty() {
        return Err("Missing final recipient.");
    }
    Ok(mail)
}

/// The bare address of `Name <address>`.
fn address(text: &str) -> &str {
    text.rsplit_once('<')
        .and_then(|(_, rest)| rest.strip_suffix('>'))
        .unwrap_or(text)
        .trim()
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn error(status: StatusCode, code: &'static str, message: &str) -> Response {
    let mut response = answer(status, &json!({ "message": message }));
    response
        .headers_mut()
        .insert("x-amzn-errortype", HeaderValue::from_static(code));
    response
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_raw_message_shows_its_parts() {
        let raw = "From: Hedda Lind <gallery@studio.example>\r\nTo: owner@studio.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\
                   MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
                   --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nplain\r\n\
                   --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>rich</p>\r\n--b--\r\n";
        let request = json!({ "Content": { "Raw": { "Data": STANDARD.encode(raw) } } });
        let mail = read(&request).unwrap();
        assert_eq!(mail.from, "Hedda Lind <gallery@studio.example>");
        assert_eq!(
            (mail.subject.as_str(), mail.text.trim(), mail.html.trim()),
            ("Grüße", "plain", "<p>rich</p>")
        );
        assert_eq!(mail.to_json()["to"], "owner@studio.example");
    }

    #[test]
    fn a_simple_message_needs_a_recipient() {
        let content = json!({ "Simple": { "Subject": { "Data": "s" }, "Body": { "Text": { "Data": "t" } } } });
        assert!(read(&json!({ "FromEmailAddress": "a@b.example", "Content": content })).is_err());
        let destination = json!({ "ToAddresses": ["x@y.example", "z@y.example"] });
        let request = json!({ "FromEmailAddress": "A <a@b.example>", "Destination": destination, "Content": content });
        let mail = read(&request).unwrap();
        assert_eq!(mail.to_json()["to"], json!(["x@y.example", "z@y.example"]));
        assert_eq!(address(&mail.from), "a@b.example");
    }

    /// As on AWS, a MIME message is sent by a right of its own; the sender is compared without the name before it.
    #[test]
    fn a_mail_is_asked_for_by_its_form_and_sender() {
        let raw =
            "From: Hedda Lind <gallery@studio.example>\r\nTo: owner@studio.example\r\n\r\nText";
        let raw = json!({ "Content": { "Raw": { "Data": STANDARD.encode(raw) } } });
        let content = json!({ "Simple": { "Subject": { "Data": "s" } } });
        let simple = json!({ "FromEmailAddress": "Hedda Lind <gallery@studio.example>", "Content": content,
                             "Destination": { "ToAddresses": ["owner@studio.example"] } });
        for (request, action) in [(raw, "ses:SendRawEmail"), (simple, "ses:SendEmail")] {
            let question = question(&request, &read(&request).unwrap(), "arn");
            assert_eq!(question.action, action);
            let from: Vec<&str> = question.values(Key::FromAddress).collect();
            assert_eq!(from, ["gallery@studio.example"]);
        }
    }
}
