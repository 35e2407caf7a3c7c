//! Invitations: a mail with a link that says whom it expects; accepted once, by that address (S28, S29).

use crate::error::Error;
use crate::item::{Item, n, read, s, write};
use crate::keys;
use crate::write::{if_held, part};
use crate::{Mail, Table, outbox};
use domain::activity::Who;
use domain::email::Email;
use domain::ids::{GalleryId, TokenHash};
use domain::throttle::DAILY_INVITATIONS;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// An invitation that was mailed. It opens nothing: it brings its address to the sign-in and then to the gallery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Hash of the token in its link.
    pub token: TokenHash,
    /// To which gallery.
    pub gallery: GalleryId,
    /// Whom it expects.
    pub email: Email,
    /// Who made it.
    pub by: Who,
    /// When it was mailed.
    pub created: Timestamp,
    /// When it was accepted; none: not yet.
    pub accepted: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct InvitationItem {
    token: TokenHash,
    gallery: GalleryId,
    email: Email,
    by: Who,
    created: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accepted: Option<Timestamp>,
    ttl: i64,
    list: String,
    list_by: String,
}

impl From<InvitationItem> for Invitation {
    fn from(item: InvitationItem) -> Self {
        Self {
            token: item.token,
            gallery: item.gallery,
            email: item.email,
            by: item.by,
            created: item.created,
            accepted: item.accepted,
        }
    }
}

/// An invitation's link works for so long; the row it announces does not depend on it.
const LIFE: SignedDuration = SignedDuration::from_hours(60 * 24);

impl Table {
    /// Writes an invitation and its mail. `false`: the gallery's invitations for today are spent, nothing was written
    ///
    ///
    /// # Errors
    /// [`Error::Exists`] when the token is taken; otherwise when the table does not answer.
    pub async fn invite(
        &self,
        invitation: &Invitation,
        mail: &Mail,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let item = InvitationItem {
            token: invitation.token.clone(),
            gallery: invitation.gallery,
            email: invitation.email.clone(),
            by: invitation.by.clone(),
            created: invitation.created,
            accepted: invitation.accepted,
            ttl: (invitation.created + LIFE).as_second(),
            list: keys::invitations(invitation.gallery),
            list_by: format!("{:.3}", invitation.created),
        };
        let item = write("invitation", &keys::invitation(&invitation.token), &item)?;
        let ttl = (now + SignedDuration::from_hours(48)).as_second();
        let budget = self
            .change_with_others(&keys::try_invitations(invitation.gallery, now))
            .update_expression("SET #ttl = :ttl ADD #sent :one")
            .condition_expression("attribute_not_exists(#sent) OR #sent < :budget")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_names("#sent", "sent")
            .expression_attribute_values(":ttl", n(ttl))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":budget", n(DAILY_INVITATIONS));
        let writes = vec![
            part("invitations", budget)?,
            self.put_new_with_others(item)?,
            self.put_new_with_others(outbox::item(mail, now)?)?,
        ];
        match self.transact(writes).await? {
            Ok(()) => Ok(true),
            Err(lost) if lost.at(0) => Ok(false),
            Err(_) => Err(Error::Exists { kind: "invitation" }),
        }
    }

    /// The invitation of that token, if its link still works.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn invitation(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Invitation>, Error> {
        let Some(item) = self.get(&keys::invitation(token)).await? else {
            return Ok(None);
        };
        let invitation = read_invitation(item)?;
        Ok(Some(invitation).filter(|invitation| now < invitation.created + LIFE))
    }

    /// A gallery's invitations of the last sixty days, the newest first. From the index: for lists.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn invitations(&self, gallery: GalleryId) -> Result<Vec<Invitation>, Error> {
        let items = self.listed(&keys::invitations(gallery)).await?;
        items.into_iter().rev().map(read_invitation).collect()
    }

    /// Accepts an invitation for an address that has proven itself. `true` once, and for the invited address only.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn accept_invitation(
        &self,
        token: &TokenHash,
        email: &Email,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let outcome = self
            .change(&keys::invitation(token))
            .update_expression("SET #accepted = :now")
            .condition_expression(
                "#email = :email AND attribute_not_exists(#accepted) AND #ttl > :second",
            )
            .expression_attribute_names("#accepted", "accepted")
            .expression_attribute_names("#email", "email")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_values(":now", s(now.to_string()))
            .expression_attribute_values(":email", s(email.as_str()))
            .expression_attribute_values(":second", n(now.as_second()))
            .send()
            .await;
        Ok(if_held("UpdateItem", outcome)?.is_some())
    }
}

fn read_invitation(item: Item) -> Result<Invitation, Error> {
    read::<InvitationItem>("invitation", item).map(Invitation::from)
}
