//! Buckets and the table: private, encrypted, kept, and with the keys the code uses.

use serde_json::{Value, json};
use table::keys;
use tests::template::{resource, resources, texts, written};

/// A bucket that a typing mistake opens to the world, or that goes with the stack, is what never may be.
#[test]
fn every_bucket_is_private_encrypted_and_kept() {
    let buckets = resources("AWS::S3::Bucket");
    assert_eq!(buckets.len(), 3);
    for (id, bucket) in buckets {
        let properties = &bucket["Properties"];
        let block = &properties["PublicAccessBlockConfiguration"];
        for way in [
            "BlockPublicAcls",
            "BlockPublicPolicy",
            "IgnorePublicAcls",
            "RestrictPublicBuckets",
        ] {
            assert_eq!(block[way], true, "{id}: {way}");
        }
        let encryption = &properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0];
        assert_eq!(
            encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256",
            "{id}"
        );
        let ownership = &properties["OwnershipControls"]["Rules"][0]["ObjectOwnership"];
        assert_eq!(ownership, "BucketOwnerEnforced", "{id}");
        assert_eq!(bucket["DeletionPolicy"], "Retain", "{id}");
        assert_eq!(bucket["UpdateReplacePolicy"], "Retain", "{id}");
        let rules = properties["LifecycleConfiguration"]["Rules"]
            .as_array()
            .unwrap();
        let ends = |rule: &Value| !rule["AbortIncompleteMultipartUpload"].is_null();
        assert!(
            rules.iter().any(ends),
            "{id}: abandoned uploads cost money for ever"
        );
    }
}

#[test]
fn every_bucket_refuses_plain_http() {
    let policies = resources("AWS::S3::BucketPolicy");
    for (id, _) in resources("AWS::S3::Bucket") {
        let of_it =
            |(_, policy): &&(String, Value)| policy["Properties"]["Bucket"]["Ref"] == id.as_str();
        let (_, policy) = policies
            .iter()
            .find(of_it)
            .unwrap_or_else(|| panic!("{id} has no policy"));
        let statements = policy["Properties"]["PolicyDocument"]["Statement"]
            .as_array()
            .unwrap();
        let denies = |statement: &&Value| {
            statement["Effect"] == "Deny"
                && statement["Principal"] == "*"
                && statement["Action"] == "s3:*"
                && statement["Condition"] == json!({ "Bool": { "aws:SecureTransport": "false" } })
        };
        let denied = statements
            .iter()
            .find(denies)
            .unwrap_or_else(|| panic!("{id} takes plain HTTP"));
        assert_eq!(
            texts(&denied["Resource"]),
            [format!("{id}.Arn"), format!("${{{id}.Arn}}/*")]
        );
        assert!(
            statements
                .iter()
                .all(|statement| statement["Effect"] == "Deny"),
            "{id} lets somebody in"
        );
    }
}

/// A photograph that was replaced or deleted by mistake can be had back (product: nothing is ever lost).
#[test]
fn originals_keep_their_versions() {
    let originals = resource("Originals");
    assert_eq!(
        originals["Properties"]["VersioningConfiguration"]["Status"],
        "Enabled"
    );
    let rules = &originals["Properties"]["LifecycleConfiguration"]["Rules"];
    for rule in rules.as_array().unwrap() {
        assert!(
            rule["ExpirationInDays"].is_null(),
            "a lifecycle rule would delete originals: {rule}"
        );
    }
    assert!(rules.to_string().contains(r#""NoncurrentDays":400"#));
}

/// A browser may PUT parts from the site's own origins, and do nothing else.
#[test]
fn only_the_site_may_upload_from_a_browser() {
    for (id, bucket) in resources("AWS::S3::Bucket") {
        let rules = bucket["Properties"]["CorsConfiguration"]["CorsRules"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        if id != "Originals" {
            assert!(rules.is_empty(), "{id}");
            continue;
        }
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0]["AllowedMethods"], json!(["PUT"]));
        let origins = texts(&rules[0]["AllowedOrigins"]);
        assert_eq!(origins[0], "HttpApi.ApiEndpoint");
        assert!(
            origins
                .iter()
                .all(|origin| !origin.contains("\"*\"") && origin != "*"),
            "{origins:?}"
        );
        assert_eq!(texts(&rules[0]["ExposedHeaders"]), ["ETag"]);
    }
}

/// Design 3: the keys, the index and the expiry attribute of the code.
#[test]
fn the_table_has_the_codes_keys() {
    let table = resource("Table");
    let properties = &table["Properties"];
    let schema = |hash: &str, range: &str| {
        json!([
            { "AttributeName": hash, "KeyType": "HASH" },
            { "AttributeName": range, "KeyType": "RANGE" },
        ])
    };
    assert_eq!(properties["KeySchema"], schema(keys::PK, keys::SK));
    let indexes = properties["GlobalSecondaryIndexes"].as_array().unwrap();
    assert_eq!(indexes.len(), 1);
    assert_eq!(indexes[0]["IndexName"], keys::LISTS);
    assert_eq!(indexes[0]["KeySchema"], schema(keys::LIST, keys::LIST_BY));
    assert_eq!(indexes[0]["Projection"]["ProjectionType"], "ALL");
    let attributes = properties["AttributeDefinitions"].as_array().unwrap();
    let mut names: Vec<String> = attributes
        .iter()
        .map(|one| written(&one["AttributeName"]))
        .collect();
    names.sort();
    let mut used = [keys::PK, keys::SK, keys::LIST, keys::LIST_BY];
    used.sort_unstable();
    assert_eq!(names, used);
    assert!(attributes.iter().all(|one| one["AttributeType"] == "S"));
    assert_eq!(
        properties["TimeToLiveSpecification"],
        json!({ "AttributeName": keys::TTL, "Enabled": true })
    );
}

/// Issue: on demand, point-in-time recovery, deletion protection, kept when the stack goes.
#[test]
fn the_table_can_be_restored_and_not_be_deleted() {
    let table = resource("Table");
    let properties = &table["Properties"];
    assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(
        properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"],
        true
    );
    assert_eq!(properties["DeletionProtectionEnabled"], true);
    assert_eq!(properties["SSESpecification"]["SSEEnabled"], true);
    assert_eq!(
        properties["StreamSpecification"]["StreamViewType"],
        "NEW_IMAGE"
    );
    assert_eq!(table["DeletionPolicy"], "Retain");
    assert_eq!(table["UpdateReplacePolicy"], "Retain");
}
