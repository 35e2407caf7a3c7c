//! The site's pages, used as a browser would: a code from the mailbox, a form, a session cookie.

use std::time::Duration;

use reqwest::header::{ACCEPT, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use tokio::time::Instant;

use crate::ready::Ready;

/// How long a mail or the whole set of photographs may take without any progress.
const PATIENCE: Duration = Duration::from_secs(120);

/// A gallery as the studio answers it to `Accept: application/json`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Gallery {
    pub(super) folder: String,
    pub(super) link: String,
    counts: Counts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
struct Counts {
    ready: usize,
    rejected: usize,
}

/// Somebody who is signed in: the photographer, or a client.
pub(super) struct Browser {
    client: Client,
    site: String,
    pub(super) cookies: Vec<(String, String)>,
}

impl Browser {
    /// Goes on with an earlier run's cookies, if they still open the studio.
    pub(super) async fn resume(
        ready: &Ready,
        cookies: Vec<(String, String)>,
    ) -> Result<Option<Self>, String> {
        if cookies.is_empty() {
            return Ok(None);
        }
        let studio = Self {
            client: client()?,
            site: ready.site.clone(),
            cookies,
        };
        let answer = studio.get("/studio", "text/html").await?;
        Ok((answer.status() == StatusCode::OK).then_some(studio))
    }

    /// Asks for a code, takes it from the mailbox, types it.
    pub(super) async fn sign_in(ready: &Ready) -> Result<Self, String> {
        let mut studio = Self {
            client: client()?,
            site: ready.site.clone(),
            cookies: Vec::new(),
        };
        let before = studio.mails(ready).await?.len();
        let answer = studio
            .submit("/studio/sign-in", &[("email", ready.owner_email.as_str())])
            .await?;
        studio.keep_cookies(&answer);
        let code = studio.code(ready, before).await?;
        let answer = studio
            .submit("/studio/code", &[("code", code.as_str())])
            .await?;
        if answer.status() != StatusCode::SEE_OTHER {
            return Err(format!(
                "the sign-in code was answered with {}",
                answer.status()
            ));
        }
        studio.keep_cookies(&answer);
        Ok(studio)
    }

    /// A client, by a mailed code.
    pub(super) async fn client(ready: &Ready, email: &str) -> Result<Self, String> {
        let mut browser = Self {
            client: client()?,
            site: ready.site.clone(),
            cookies: Vec::new(),
        };
        let before = browser.mails(ready).await?.len();
        let answer = browser.submit("/sign-in", &[("email", email)]).await?;
        browser.keep_cookies(&answer);
        let code = browser.code(ready, before).await?;
        let answer = browser
            .submit("/sign-in/code", &[("code", code.as_str())])
            .await?;
        browser.keep_cookies(&answer);
        Ok(browser)
    }

    /// Creates a gallery through the form; its id.
    pub(super) async fn create(&self, form: &[(&str, &str)]) -> Result<String, String> {
        let answer = self.submit("/studio/galleries", form).await?;
        let location = answer
            .headers()
            .get(LOCATION)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let id = location
            .rsplit_once("/studio/galleries/")
            .map(|(_, id)| id.to_owned());
        id.ok_or_else(|| format!("creating the gallery was answered with {}", answer.status()))
    }

    /// The id of a gallery on the studio's first page, if there is one.
    pub(super) async fn first_gallery(&self) -> Result<Option<String>, String> {
        let page = self.page("/studio").await?;
        let id = page.split_once("/studio/galleries/").map(|(_, rest)| {
            rest.chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
                .collect::<String>()
        });
        Ok(id.filter(|id| !id.is_empty()))
    }

    /// A page, as a browser reads it.
    pub(super) async fn page(&self, path: &str) -> Result<String, String> {
        let answer = self.get(path, "text/html").await?;
        if answer.status() != StatusCode::OK {
            return Err(format!("{path} was answered with {}", answer.status()));
        }
        answer.text().await.map_err(text)
    }

    /// Sends a form.
    pub(super) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<(), String> {
        self.submit(path, form).await.map(drop)
    }

    /// A gallery's folder, link and counts.
    pub(super) async fn gallery(&self, id: &str) -> Result<Gallery, String> {
        let answer = self
            .get(&format!("/studio/galleries/{id}"), "application/json")
            .await?;
        if answer.status() != StatusCode::OK {
            return Err(format!(
                "the gallery's page was answered with {}",
                answer.status()
            ));
        }
        answer.json().await.map_err(text)
    }

    /// Waits until `total` photographs are ready.
    pub(super) async fn wait_ready(&self, id: &str, total: usize) -> Result<(), String> {
        let mut last = None;
        let mut since = Instant::now();
        loop {
            let counts = self.gallery(id).await?.counts;
            if counts.rejected > 0 {
                return Err(format!(
                    "{} of its photographs were rejected",
                    counts.rejected
                ));
            }
            if last != Some(counts) {
                tracing::info!("  {} of {total} photographs are ready", counts.ready);
                last = Some(counts);
                since = Instant::now();
            }
            if counts.ready >= total {
                return Ok(());
            }
            if since.elapsed() > PATIENCE {
                return Err(format!(
                    "only {} of {total} photographs became ready",
                    counts.ready
                ));
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// The six digits of the first new mail.
    async fn code(&self, ready: &Ready, before: usize) -> Result<String, String> {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            for mail in self.mails(ready).await?.iter().skip(before) {
                let found = ["subject", "text"]
                    .iter()
                    .find_map(|part| digits(mail[*part].as_str()?));
                if let Some(code) = found {
                    return Ok(code);
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err("no mail with a sign-in code arrived".to_owned())
    }

    async fn mails(&self, ready: &Ready) -> Result<Vec<serde_json::Value>, String> {
        self.client
            .get(&ready.mail_api)
            .send()
            .await
            .map_err(text)?
            .json()
            .await
            .map_err(text)
    }

    async fn get(&self, path: &str, accept: &str) -> Result<Response, String> {
        self.send(
            self.client
                .get(format!("{}{path}", self.site))
                .header(ACCEPT, accept),
        )
        .await
    }

    async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Result<Response, String> {
        let request = self.client.post(format!("{}{path}", self.site)).form(form);
        let answer = self
            .send(
                request
                    .header(ORIGIN, &self.site)
                    .header("sec-fetch-site", "same-origin"),
            )
            .await?;
        if answer.status().is_client_error() || answer.status().is_server_error() {
            return Err(format!("{path} was answered with {}", answer.status()));
        }
        Ok(answer)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, String> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request
            .header(COOKIE, cookies.join("; "))
            .send()
            .await
            .map_err(text)
    }

    /// By hand: a jar would hold back `Secure` cookies on http, where a browser trusts 127.0.0.1.
    fn keep_cookies(&mut self, answer: &Response) {
        for line in answer
            .headers()
            .get_all(SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
        {
            let pair = line.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.retain(|(known, _)| known != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

/// A client that shows redirects instead of following them.
fn client() -> Result<Client, String> {
    let builder = Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.build().map_err(text)
}

/// The value of a hidden field of a page.
pub(super) fn hidden<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    rest.split('"').next()
}

/// The first run of exactly six digits.
fn digits(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_digit())
        .find(|run| run.len() == 6)
        .map(str::to_owned)
}

fn text(error: reqwest::Error) -> String {
    error.without_url().to_string()
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn a_code_is_six_digits_and_nothing_else() {
        assert_eq!(
            digits("Your code is 402913. It is good for 10 minutes.").as_deref(),
            Some("402913")
        );
        assert_eq!(digits("order 1234567, in 2026"), None);
    }
}
