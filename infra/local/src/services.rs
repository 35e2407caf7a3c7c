//! Everything with state of its own, opened from the data directory.

use std::path::Path;

use local_s3::{AccessKey, LocalS3};

use crate::data::{DEVELOPER, DataDir};
use crate::dynamodb;
use crate::error::StartError;
use crate::lambda::{Endpoints, Functions};
use crate::mail::Mails;
use crate::parameters;
use crate::queue::Queues;
use crate::template::{Stack, World, secret_ids};

/// Everything with state of its own.
pub(crate) struct Services {
    pub(crate) functions: Functions,
    pub(crate) queues: Queues,
    pub(crate) mails: Mails,
    pub(crate) s3: LocalS3,
    pub(crate) database: dynoxide::Database,
    pub(crate) streams: Vec<(String, String)>,
}

impl Services {
    pub(crate) fn open(
        stack: &Stack,
        data: &DataDir,
        endpoints: &Endpoints,
        binaries: &Path,
    ) -> Result<Self, StartError> {
        let opened = dynamodb::open(&data.file("table.sqlite"), &stack.tables)?;
        let buckets = stack
            .buckets
            .iter()
            .map(|bucket| bucket.config.clone())
            .collect();
        let s3 = LocalS3::open(&data.file("s3"), &stack.region, buckets)?;
        data.keys(DEVELOPER)?;
        let mut functions = Vec::new();
        for function in &stack.functions {
            functions.push((function.clone(), data.keys(&function.id)?));
        }
        let keys = data.memory().keys.into_iter();
        s3.set_keys(
            keys.map(|(principal, pair)| AccessKey {
                id: pair.id,
                secret: pair.secret,
                principal,
            })
            .collect(),
        );
        Ok(Self {
            functions: Functions::new(functions, binaries, &data.file("logs"), endpoints)?,
            queues: Queues::open(&data.file("queues.sqlite"), &stack.queues)?,
            mails: Mails::open(&data.file("mail.sqlite"))?,
            s3,
            database: opened.database,
            streams: opened.streams,
        })
    }
}

/// The template, with this machine's values in it.
pub(crate) fn read_template(path: &Path, data: &DataDir, port: u16) -> Result<Stack, StartError> {
    let text = std::fs::read_to_string(path).map_err(|error| StartError::NoTemplate {
        path: path.to_owned(),
        reason: error.to_string(),
    })?;
    let mut world = World {
        region: parameters::REGION.to_owned(),
        account: parameters::ACCOUNT.to_owned(),
        stack_name: parameters::STACK_NAME.to_owned(),
        site_url: format!("http://127.0.0.1:{port}"),
        parameters: parameters::parameters(),
        secrets: std::collections::BTreeMap::new(),
    };
    for id in secret_ids(&text)? {
        let value = data.secret(&id)?;
        world.secrets.insert(id, value);
    }
    Ok(Stack::read(&text, &world)?)
}
