//! `KeyConditionExpression`, as far as it says which partition is meant.

use serde_json::Value;

/// The placeholders (`:v`) that an expression says the attribute `key` equals. `names` are `ExpressionAttributeNames`.
pub(super) fn equal_to<'a>(key: &str, expression: &'a str, names: &Value) -> Vec<&'a str> {
    let tokens = tokens(expression);
    let is_key = |token: &str| token == key || (token.starts_with('#') && names[token] == key);
    let mut values = Vec::new();
    for three in tokens.windows(3) {
        match *three {
            [name, "=", value] if is_key(name) && value.starts_with(':') => values.push(value),
            [value, "=", name] if is_key(name) && value.starts_with(':') => values.push(value),
            _ => {}
        }
    }
    values
}

/// Names and placeholders whole, operators whole, every other sign by itself.
fn tokens(expression: &str) -> Vec<&str> {
    let is_word =
        |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '#' | ':' | '.' | '-');
    let is_operator = |sign: char| matches!(sign, '<' | '=' | '>');
    let mut tokens = Vec::new();
    let mut rest = expression.trim_start();
    while let Some(first) = rest.chars().next() {
        let end =
            |belongs: &dyn Fn(char) -> bool| rest.find(|sign| !belongs(sign)).unwrap_or(rest.len());
        let length = if is_word(first) {
            end(&is_word)
        } else if is_operator(first) {
            end(&is_operator)
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_the_key_itself_counts() {
        let names = json!({ "#k": "PK", "#other": "SK" });
        for (expression, expected) in [
            ("PK = :a", vec![":a"]),
            ("#k=:a AND SK=:b", vec![":a"]),
            ("#other = :b AND (#k = :a)", vec![":a"]),
            // not valid, and told in full: each must be allowed
            ("PK = :a AND PK = :b", vec![":a", ":b"]),
            ("PK <> :a", vec![]),
            ("PK >= :a", vec![]),
            ("nested.PK = :a", vec![]),
            ("PK2 = :a", vec![]),
            ("#unknown = :a", vec![]),
            ("PK =", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(equal_to("PK", expression, &names), expected, "{expression}");
        }
    }
}
