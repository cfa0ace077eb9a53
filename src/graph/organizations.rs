//! To come.

use super::Surroundings;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) fn derive(_entity: &mut Entity, _document: &ResourceDocument, _around: &Surroundings<'_>) {}
