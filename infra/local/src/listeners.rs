//! The sockets, all on 127.0.0.1, at the same ports from run to run where that is possible.

use tokio::net::TcpListener;

use crate::data::Ports;
use crate::error::StartError;

/// Bound sockets, not served yet: a connection waits.
pub(crate) struct Listeners {
    pub(crate) site: TcpListener,
    pub(crate) s3: TcpListener,
    pub(crate) dynamodb: TcpListener,
    pub(crate) mailbox: TcpListener,
    /// The Runtime API, which only our own processes need.
    pub(crate) runtime: TcpListener,
    /// The `DynamoDB` engine behind its front.
    pub(crate) engine: TcpListener,
    pub(crate) ports: Ports,
}

impl Listeners {
    /// The site at `port` (0: where it was, or any free one), the others beside it, where they were, or anywhere.
    pub(crate) async fn bind(port: u16, before: Ports) -> Result<Self, StartError> {
        let site = match port {
            0 => first(&[before.site]).await?,
            port => TcpListener::bind(("127.0.0.1", port))
                .await
                .map_err(|error| match error.kind() {
                    std::io::ErrorKind::AddrInUse => StartError::PortInUse { port },
                    _ => StartError::Port {
                        port,
                        reason: error.to_string(),
                    },
                })?,
        };
        let beside = |offset: u16| {
            if port == 0 {
                0
            } else {
                port.checked_add(offset).unwrap_or(0)
            }
        };
        // a presigned URL names host and port: the same port keeps it valid
        let s3 = first(&[beside(1), before.s3]).await?;
        let dynamodb = first(&[beside(2), before.dynamodb]).await?;
        let mailbox = first(&[beside(3), before.mailbox]).await?;
        let ports = Ports {
            site: number(&site)?,
            s3: number(&s3)?,
            dynamodb: number(&dynamodb)?,
            mailbox: number(&mailbox)?,
        };
        Ok(Self {
            site,
            s3,
            dynamodb,
            mailbox,
            runtime: first(&[]).await?,
            engine: first(&[]).await?,
            ports,
        })
    }
}

/// The first of `wanted` that is free, else any port. 0 is no wish.
async fn first(wanted: &[u16]) -> Result<TcpListener, StartError> {
    for port in wanted.iter().filter(|port| **port != 0) {
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", *port)).await {
            return Ok(listener);
        }
    }
    let any = TcpListener::bind(("127.0.0.1", 0)).await;
    any.map_err(|error| StartError::Port {
        port: 0,
        reason: error.to_string(),
    })
}

pub(crate) fn number(listener: &TcpListener) -> Result<u16, StartError> {
    let address = listener.local_addr().map_err(|error| StartError::Port {
        port: 0,
        reason: error.to_string(),
    })?;
    Ok(address.port())
}
