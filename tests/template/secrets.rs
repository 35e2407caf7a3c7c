//! The stack's secret: told to the functions that use it and to nothing else, and read again when it is rotated.

use serde_json::Value;
use std::collections::BTreeSet;
use tests::template::{functions, resource, template};

/// Every text of the template and where it stands, as `Resources.Pepper.Type`.
fn leaves(value: &Value, at: &str, into: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, value)| leaves(value, &format!("{at}.{key}"), into)),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, at, into)),
        Value::String(text) => into.push((at.trim_start_matches('.').to_owned(), text.clone())),
        _ => {}
    }
}

/// Where the secret, its version or any dynamic reference is mentioned.
fn mentions() -> Vec<(String, String)> {
    let mut all = Vec::new();
    leaves(&template(), "", &mut all);
    let speaks = |text: &str| {
        ["Pepper", "PepperVersion"].contains(&text)
            || ["${Pepper", "resolve:", "secretsmanager"]
                .iter()
                .any(|part| text.contains(part))
    };
    all.into_iter().filter(|(_, text)| speaks(text)).collect()
}

/// no output, parameter, log group, permission or description speaks of it; only the variable of a function does.
#[test]
fn the_secret_is_in_the_environment_of_functions_that_use_it_and_nowhere_else() {
    let expected: BTreeSet<String> = functions()
        .iter()
        .filter(|function| !function.properties["Environment"]["Variables"]["PEPPER"].is_null())
        .map(|function| {
            let variables = "Properties.Environment.Variables";
            format!("Resources.{}.{variables}.PEPPER.Fn::Sub", function.id)
        })
        .collect();
    assert!(expected.len() > 1, "{expected:?}");
    let found: BTreeSet<String> = mentions().into_iter().map(|(place, _)| place).collect();
    assert_eq!(found, expected);
}

/// Rotation: `CloudFormation` reads a secret again only when the reference changes, so each names the version by parameter,
/// and all name the same one.
#[test]
fn every_function_reads_the_version_that_a_deployment_names() {
    for (place, text) in mentions() {
        assert_eq!(
            text, "{{resolve:secretsmanager:${Pepper}:SecretString:::${PepperVersion}}}",
            "{place}"
        );
    }
    let version = &template()["Parameters"]["PepperVersion"];
    assert_eq!(version["Default"], "", "the first deployment knows none");
    assert_eq!(version["Type"], "String");
}

/// with another secret no PIN ever made would verify again; a comma would make two of one.
#[test]
fn the_secret_outlives_the_stack_and_can_be_a_ring_of_one() {
    let pepper = resource("Pepper");
    assert_eq!(pepper["Type"], "AWS::SecretsManager::Secret");
    assert_eq!(pepper["DeletionPolicy"], "Retain");
    assert_eq!(pepper["UpdateReplacePolicy"], "Retain");
    let made = &pepper["Properties"]["GenerateSecretString"];
    assert_eq!(made["PasswordLength"], 64);
    assert_eq!(made["ExcludePunctuation"], true);
    assert!(made["IncludeSpace"].is_null());
}
