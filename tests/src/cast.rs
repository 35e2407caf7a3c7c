//! People on rows, guests, members, and galleries in any state: made straight in the table, as the studio would leave
//! them there.

use crate::actors::Browser;
use crate::emulators::{OWNER, Seeded, now};
use crate::house::House;
use domain::access::{PREVIEW_LIFE, Rights, Row, Subject};
use domain::email::Email;
use domain::file_name::folder;
use domain::gallery::Gallery;
use domain::ids::{GalleryId, GroupId, GuestId, LinkToken, SecretToken};
use domain::team::Ticks;
use jiff::Timestamp;
use table::{Group, GuestLink, MemberRecord};

/// The name a cookie has outside one's own machine.
#[must_use]
pub fn cookie(name: &str) -> String {
    format!("__Host-{name}")
}

/// An address of a test's person.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn email(text: &str) -> Email {
    text.parse().unwrap()
}

/// Row *Person* of that address.
#[must_use]
pub fn person(text: &str) -> Subject {
    Subject::Person(email(text))
}

impl House {
    /// A gallery as `with` makes it, behind row *Anybody* with these rights and this PIN.
    ///
    /// # Panics
    /// When the table does not take it.
    pub async fn gallery_with(
        &self,
        title: &str,
        pin: Option<&str>,
        rights: Rights,
        with: impl FnOnce(&mut Gallery),
    ) -> Seeded {
        let mut gallery = Gallery::new(title.into(), folder(title), now());
        gallery.folder = format!("{}-{}", gallery.folder, &gallery.id.to_string()[24..]);
        with(&mut gallery);
        let row = Row {
            pin: pin.map(|pin| self.emulators.lock(gallery.id, pin)),
            ..Row::new(Subject::Anybody, rights)
        };
        let table = self.emulators.table();
        table.create_gallery(&gallery, &row).await.unwrap();
        let (gallery, _) = table.gallery(gallery.id).await.unwrap().unwrap();
        Seeded {
            link: gallery.link.parse().unwrap(),
            pin: pin.unwrap_or_default().to_owned(),
            gallery,
        }
    }

    /// Changes a gallery's settings, whether it is enabled included; as it is then.
    ///
    /// # Panics
    /// When the table does not take it.
    pub async fn change(&self, id: GalleryId, with: impl FnOnce(&mut Gallery)) -> Gallery {
        let table = self.emulators.table();
        let (mut gallery, _) = table.gallery(id).await.unwrap().unwrap();
        let seen = gallery.settings_revision;
        with(&mut gallery);
        assert!(table.save_settings(&gallery, seen).await.unwrap());
        assert!(table.set_enabled(id, gallery.enabled).await.unwrap());
        table.gallery(id).await.unwrap().unwrap().0
    }

    /// Adds a row.
    ///
    /// # Panics
    /// When there is one already, or the table does not take it.
    pub async fn add_row(&self, gallery: GalleryId, row: &Row) -> Row {
        let table = self.emulators.table();
        let saved = table.save_row(gallery, row, None, now()).await;
        saved.unwrap().expect("a row of that subject is new")
    }

    /// Adds a person's row with these rights.
    pub async fn invited(&self, gallery: GalleryId, address: &str, rights: Rights) -> Row {
        self.add_row(gallery, &Row::new(person(address), rights))
            .await
    }

    /// A group of contacts.
    ///
    /// # Panics
    /// When the table does not take it.
    pub async fn group(&self, name: &str, addresses: &[&str]) -> GroupId {
        let group = Group {
            id: GroupId::new(now()),
            name: name.into(),
            created: now(),
        };
        let emails: Vec<Email> = addresses.iter().map(|text| email(text)).collect();
        let table = self.emulators.table();
        table.save_group(&group).await.unwrap();
        table.set_members(group.id, &emails, now()).await.unwrap();
        group.id
    }

    /// A browser whose holder proved the address at that time.
    ///
    /// # Panics
    /// When the table does not answer.
    pub async fn signed_in_at(&self, address: &str, at: Timestamp) -> Browser {
        let token = SecretToken::random();
        let table = self.emulators.table();
        table
            .open_person_session(&token.hash(), &email(address), at)
            .await
            .unwrap();
        let mut browser = Browser::new(&self.gallery);
        browser
            .cookies
            .insert(cookie(web::visit::ME), token.expose().to_owned());
        browser
    }

    /// A browser whose holder has just proved the address.
    pub async fn signed_in(&self, address: &str) -> Browser {
        self.signed_in_at(address, now()).await
    }

    /// A guest link of the studio's.
    ///
    /// # Panics
    /// When the table does not take it.
    pub async fn guest(&self, gallery: GalleryId, until: Option<Timestamp>) -> GuestLink {
        let link = LinkToken::random();
        let guest = GuestLink {
            id: GuestId::new(now()),
            gallery,
            label: "Grandparents".into(),
            link: link.expose().to_owned(),
            made_by: domain::activity::Who::Member(email(OWNER)),
            created: now(),
            until,
            ended: false,
        };
        self.emulators.table().make_guest(&guest).await.unwrap();
        guest
    }

    /// *View as* until then: its link, and the browser that holds it.
    ///
    /// # Panics
    /// When the table does not take it.
    pub async fn view_as_until(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        until: Timestamp,
    ) -> (LinkToken, Browser) {
        let (link, holder) = (LinkToken::random(), SecretToken::random());
        let table = self.emulators.table();
        table
            .open_preview(&link, gallery, subject, &holder.hash(), until)
            .await
            .unwrap();
        let mut browser = Browser::new(&self.gallery);
        browser
            .cookies
            .insert(cookie(web::visit::VIEW), holder.expose().to_owned());
        (link, browser)
    }

    /// *View as*, for as long as it lasts.
    pub async fn view_as(&self, gallery: GalleryId, subject: &Subject) -> (LinkToken, Browser) {
        self.view_as_until(gallery, subject, now() + PREVIEW_LIFE)
            .await
    }

    /// The owner in a session of its own whose code was typed at that time.
    pub async fn owner_since(&self, proven: Timestamp) -> Browser {
        self.in_the_studio(&email(OWNER), proven).await
    }

    /// An assistant with these ticks, whose code was typed at that time.
    ///
    /// # Panics
    /// When the table does not take it.
    pub async fn assistant(&self, address: &str, ticks: Ticks, proven: Timestamp) -> Browser {
        let member = MemberRecord {
            email: email(address),
            name: "An assistant".into(),
            ticks,
            created: now(),
            epoch: 0,
            revision: 0,
        };
        let table = self.emulators.table();
        let known = table.member(&member.email).await.unwrap();
        let seen = known.map(|known| known.revision);
        assert!(table.save_member(&member, seen).await.unwrap());
        self.in_the_studio(&member.email, proven).await
    }

    async fn in_the_studio(&self, email: &Email, proven: Timestamp) -> Browser {
        let token = SecretToken::random();
        let table = self.emulators.table();
        let id = token.hash();
        let opened = table.open_studio_session(&id, email, "A browser", "198.51.100.0/24", proven);
        opened.await.unwrap();
        let mut browser = Browser::new(&self.studio);
        browser
            .cookies
            .insert(cookie("studio"), token.expose().to_owned());
        browser
    }
}
