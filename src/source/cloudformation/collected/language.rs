//! The language in which the tables say what a facet is made of: one line for each facet.
//!
//! May import: nothing. Guarantees: a line that cannot be read is an error that quotes it, never a row that says less; a
//! shape nests no deeper than [`DEPTH`].

use serde_json::{Map, Value};

/// How deep a shape nests at most.
pub(super) const DEPTH: usize = 16;

/// In place of a property: none sets it.
const NOTHING: &str = "none";

/// The function that names an attribute of the resource itself.
const OWN: &str = "own";

/// What a value looks like in a live document.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Text,
    Flag,
    Number,
    /// A policy, given as an object or as the text of one.
    Document,
    /// A list of `Key` and `Value`, or a map.
    Tags,
    /// The ARN of a key, where the template names the key by its id or by an alias of the same template.
    Key,
    /// The ARN of an instance profile, where the template names it.
    Profile,
    /// As it is written.
    Any,
    List(Box<Self>),
    /// Names that the user chose.
    Map(Box<Self>),
    Record(Vec<Member>),
}

impl Shape {
    /// What a live document holds where there is nothing.
    pub(super) fn empty(&self) -> Value {
        match self {
            Self::Text | Self::Key | Self::Profile => Value::from(""),
            Self::Any => Value::Null,
            Self::Flag => Value::Bool(false),
            Self::Number => Value::from(0),
            Self::List(_) => Value::Array(Vec::new()),
            Self::Document | Self::Tags | Self::Map(_) | Self::Record(_) => Value::Object(Map::new()),
        }
    }
}

/// A member of a record.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Member {
    pub(super) name: String,
    /// Where it stands in the template's record.
    pub(super) from: Vec<String>,
    pub(super) shape: Shape,
    pub(super) absent: Absent,
}

impl Member {
    /// It says the same of every resource.
    pub(super) fn is_constant(&self) -> bool {
        self.from == [NOTHING]
    }
}

/// What it means that the template does not say something.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Absent {
    /// It is left out.
    Unsaid,
    /// Nobody can tell.
    Unknown,
    /// What AWS documents as its value.
    Value(Value),
    /// The same, of resources that were made after a certain day.
    Recent(Value),
}

/// What a facet is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// A property, or a member of one.
    Path(Vec<String>),
    /// Several properties as a record.
    Whole,
    /// Several properties by a function of `made`.
    Made(String, Vec<String>),
    /// Nothing of the resource itself.
    None,
}

/// A facet and how it is made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Facet {
    pub(super) name: String,
    /// It is a list, and this is one more item of it.
    pub(super) adds: bool,
    pub(super) source: Source,
    pub(super) shape: Shape,
    pub(super) absent: Absent,
}

impl Facet {
    /// The properties that it is made of.
    pub(super) fn inputs(&self) -> Vec<&str> {
        match &self.source {
            Source::Path(path) => path.first().map(String::as_str).into_iter().collect(),
            // What this one is given is an attribute of the resource itself.
            Source::Made(function, _) if function == OWN => Vec::new(),
            Source::Made(_, inputs) => inputs.iter().map(String::as_str).collect(),
            Source::None => Vec::new(),
            Source::Whole => match &self.shape {
                Shape::Record(members) => {
                    let first = members.iter().filter(|member| !member.is_constant()).filter_map(|m| m.from.first());
                    first.map(String::as_str).collect()
                }
                _ => Vec::new(),
            },
        }
    }
}

/// Facets, one on a line; `#` begins a remark.
///
/// # Errors
/// A line is in no form of the language.
pub(super) fn facets(text: &str) -> Result<Vec<Facet>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| Reader { rest: line }.facet().map_err(|why| format!("`{line}`: {why}"))).collect()
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn facet(&mut self) -> Result<Facet, String> {
        let name = self.word()?;
        let adds = self.eat('+');
        let source = if self.eat('<') { self.source()? } else { Source::Path(vec![name.clone()]) };
        let shape = match &source {
            // What a function makes has its shape already, so only what stands for nothing may follow.
            Source::Made(..) if self.at_mark() => Shape::Any,
            _ => self.shape(0)?,
        };
        let absent = self.mark(&shape, Absent::Unknown)?;
        self.space();
        if !self.rest.is_empty() {
            return Err(format!("nothing should follow, but `{}` does", self.rest));
        }
        Ok(Facet { name, adds, source, shape, absent })
    }

    fn source(&mut self) -> Result<Source, String> {
        if self.eat('@') {
            let function = self.word()?;
            self.expect('(')?;
            let mut inputs = Vec::new();
            while !self.eat(')') {
                inputs.push(self.word()?);
                self.eat(',');
            }
            return Ok(Source::Made(function, inputs));
        }
        if self.eat('.') {
            return Ok(Source::Whole);
        }
        let path = self.path()?;
        Ok(if path == [NOTHING] { Source::None } else { Source::Path(path) })
    }

    fn path(&mut self) -> Result<Vec<String>, String> {
        let mut path = vec![self.word()?];
        while self.rest.starts_with('.') {
            self.eat('.');
            path.push(self.word()?);
        }
        Ok(path)
    }

    fn shape(&mut self, depth: usize) -> Result<Shape, String> {
        if depth > DEPTH {
            return Err("it nests too deep".to_owned());
        }
        if self.eat('[') {
            let inner = self.shape(depth + 1)?;
            self.expect(']')?;
            return Ok(Shape::List(Box::new(inner)));
        }
        if self.eat('{') {
            let mut members = Vec::new();
            while !self.eat('}') {
                members.push(self.member(depth)?);
                if !self.eat(',') && !self.rest.trim_start().starts_with('}') {
                    return Err("a record needs `,` or `}`".to_owned());
                }
            }
            return Ok(Shape::Record(members));
        }
        Ok(match self.word()?.as_str() {
            "text" => Shape::Text,
            "flag" => Shape::Flag,
            "number" => Shape::Number,
            "document" => Shape::Document,
            "tags" => Shape::Tags,
            "key" => Shape::Key,
            "profile" => Shape::Profile,
            "any" => Shape::Any,
            "map" => Shape::Map(Box::new(self.shape(depth + 1)?)),
            other => return Err(format!("`{other}` is no shape")),
        })
    }

    fn member(&mut self, depth: usize) -> Result<Member, String> {
        let name = self.word()?;
        let from = match self.eat('<') {
            true if self.eat('.') => Vec::new(),
            true => self.path()?,
            false => vec![name.clone()],
        };
        let shape = self.shape(depth + 1)?;
        let absent = self.mark(&shape, Absent::Unsaid)?;
        Ok(Member { name, from, shape, absent })
    }

    fn at_mark(&mut self) -> bool {
        self.space();
        self.rest.is_empty() || self.rest.starts_with(['?', '-', '!', '=', '~'])
    }

    /// `?` nothing is there then, `-` it is left out then, `!` nobody can tell then, `=JSON` AWS's value then, `~JSON` AWS's value
    /// then if it is new.
    fn mark(&mut self, shape: &Shape, otherwise: Absent) -> Result<Absent, String> {
        if self.eat('?') {
            if *shape == Shape::Any {
                return Err("`?` needs a shape".to_owned());
            }
            return Ok(Absent::Value(shape.empty()));
        }
        if self.eat('-') {
            return Ok(Absent::Unsaid);
        }
        if self.eat('!') {
            return Ok(Absent::Unknown);
        }
        let is_recent = self.eat('~');
        if !is_recent && !self.eat('=') {
            return Ok(otherwise);
        }
        let mut values = serde_json::Deserializer::from_str(self.rest).into_iter::<Value>();
        let value = values.next().ok_or("a value should follow `=` or `~`")?.map_err(|why| why.to_string())?;
        let end = values.byte_offset();
        self.rest = self.rest.get(end..).unwrap_or_default();
        Ok(if is_recent { Absent::Recent(value) } else { Absent::Value(value) })
    }

    fn word(&mut self) -> Result<String, String> {
        self.space();
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        if word.is_empty() {
            return Err(format!("a name should stand at `{}`", self.rest));
        }
        self.rest = rest;
        Ok(word.to_owned())
    }

    fn expect(&mut self, what: char) -> Result<(), String> {
        if self.eat(what) { Ok(()) } else { Err(format!("`{what}` should stand at `{}`", self.rest)) }
    }

    fn eat(&mut self, what: char) -> bool {
        self.space();
        let rest = self.rest.strip_prefix(what);
        if let Some(rest) = rest {
            self.rest = rest;
        }
        rest.is_some()
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_says_where_a_facet_comes_from_and_what_its_absence_means() {
        let read =
            facets("KmsKeyId key ?\n# a remark\nPublic<Network.Public flag =true\nName text -\nState text").unwrap();
        let path = |names: &[&str]| Source::Path(names.iter().map(|name| (*name).to_owned()).collect());
        let sources: Vec<_> = read.iter().map(|facet| facet.source.clone()).collect();
        assert_eq!(sources, [path(&["KmsKeyId"]), path(&["Network", "Public"]), path(&["Name"]), path(&["State"])]);
        let absent: Vec<_> = read.iter().map(|facet| facet.absent.clone()).collect();
        assert_eq!(absent, [Absent::Value(json!("")), Absent::Value(json!(true)), Absent::Unsaid, Absent::Unknown]);
    }

    #[test]
    fn a_record_names_its_members_and_a_function_its_inputs() {
        let read = facets("Policies+<. {Name<PolicyName text, Limit number=5, Deep [{A map text}]!}").unwrap();
        assert!(read[0].adds);
        assert_eq!(read[0].inputs(), ["PolicyName", "Limit", "Deep"]);
        let made = facets("Routes<@routes(A, B) =[]").unwrap();
        assert_eq!(made[0].inputs(), ["A", "B"]);
    }

    #[test]
    fn a_line_in_no_form_of_the_language_is_refused_with_its_text() {
        for line in
            ["Name", "Name wrong", "Name {A text", "Name text text", "Name text =", "Name<@f(A text", "Name any ?"]
        {
            assert!(facets(line).is_err_and(|why| why.contains(line)), "{line}");
        }
        let deep = format!("Name {}text{}", "[".repeat(40), "]".repeat(40));
        assert!(facets(&deep).unwrap_err().contains("too deep"));
    }
}
