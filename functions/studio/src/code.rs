//! Six digits by mail: to sign in, and again before a sensitive task.

use crate::Studio;
use domain::email::Email;
use domain::ids::{SecretToken, TokenHash, six_digits};
use domain::throttle::CODE_LIFE;
use std::net::IpAddr;
use table::{CodeOutcome, Mail, Realm, SignInCode};
use web::{Cookies, Failure, words};

/// Writes a code and, for a member of the studio, its mail. For any other address the same is written, without a mail
/// and with a code that no digits make: neither the answer nor its time tells who the members are, and guessing it opens
/// nothing. `false`: over the budget of mails, nothing was written; the page's hint names the budget for everyone.
pub(crate) async fn send(
    studio: &Studio,
    address: &Email,
    from: IpAddr,
    nonce: &SecretToken,
) -> Result<bool, Failure> {
    let (now, digits) = (studio.now(), six_digits());
    let assistant = studio.table.member(address).await?.is_some();
    let known = assistant || *address == studio.owner;
    let code = SignInCode {
        nonce: nonce.hash(),
        code: if known {
            hash(nonce, &digits)
        } else {
            SecretToken::random().hash()
        },
        email: address.clone(),
        link: SecretToken::random().hash(),
        expires: now + CODE_LIFE,
    };
    let mail = known.then(|| Mail::SignInCode {
        to: address.clone(),
        code: digits,
    });
    let opened = studio
        .table
        .open_code(Realm::Studio, &code, mail.as_ref(), from, now)
        .await;
    Ok(opened?.is_ok())
}

/// Tries what was typed against the code that this cookie's browser asked for.
pub(crate) async fn check(
    studio: &Studio,
    cookies: &Cookies,
    cookie: &str,
    typed: &str,
) -> Result<CodeOutcome, Failure> {
    let nonce = cookies.get(cookie).and_then(|text| text.parse().ok());
    let nonce: SecretToken = match nonce {
        Some(nonce) => nonce,
        None => return Ok(CodeOutcome::Over),
    };
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let (nonce, code) = (nonce.hash(), hash(&nonce, &digits));
    let tried = studio
        .table
        .try_code(Realm::Studio, &nonce, &code, studio.now());
    Ok(tried.await?)
}

/// What to say after that many tries are left.
pub(crate) fn wrong(left: u64) -> String {
    match usize::try_from(left).unwrap_or_default() {
        0 => over(),
        left => {
            let times = words::count(left, "more time", "more times");
            format!("That is not the code in the newest mail. You can try {times}.")
        }
    }
}

/// What to say when no try is left, or the code is too old.
pub(crate) fn over() -> String {
    "This code no longer works. Send another code and use the newest mail.".into()
}

/// The code as the table knows it: without the browser's nonce a leaked table tells nothing about six digits.
fn hash(nonce: &SecretToken, digits: &str) -> TokenHash {
    TokenHash::of(&format!("{}:{digits}", nonce.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_worth_something_only_with_its_browsers_nonce() {
        let (one, other) = (SecretToken::random(), SecretToken::random());
        assert_eq!(hash(&one, "402913"), hash(&one, "402913"));
        assert_ne!(hash(&one, "402913"), hash(&other, "402913"));
        assert_ne!(hash(&one, "402913"), hash(&one, "402914"));
    }

    #[test]
    fn the_last_try_is_not_promised_twice() {
        assert!(wrong(2).contains("2 more times"));
        assert!(wrong(1).contains("1 more time."));
        assert_eq!(wrong(0), over());
    }
}
