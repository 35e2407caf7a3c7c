//! Which declared route a request takes: full match before `{parameter}` before `{proxy+}` before `$default`.

use std::collections::BTreeMap;

/// One route of the HTTP API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// As AWS names it: `GET /g/{link}`, or `$default`.
    pub key: String,
    /// The logical id of the function that answers.
    pub function: String,
    method: Option<String>,
    segments: Option<Vec<Segment>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Parameter(String),
    Greedy(String),
}

impl Segment {
    /// Lower is more specific.
    fn rank(&self) -> u8 {
        match self {
            Self::Literal(_) => 0,
            Self::Parameter(_) => 1,
            Self::Greedy(_) => 2,
        }
    }
}

/// A route and what its parameters stand for.
#[derive(Debug, PartialEq, Eq)]
pub struct Matched<'a> {
    /// The route that won.
    pub route: &'a Route,
    /// Decoded path parameters.
    pub parameters: BTreeMap<String, String>,
}

impl Route {
    /// A route for `method` (or `ANY`) and a path such as `/g/{link}` or `/files/{path+}`.
    ///
    /// # Errors
    /// The path does not begin with `/`, or something follows a greedy parameter.
    pub fn new(method: &str, path: &str, function: &str) -> Result<Self, String> {
        let inner = path
            .strip_prefix('/')
            .ok_or_else(|| format!("the path {path} does not begin with /"))?;
        let segments: Vec<Segment> = inner.split('/').map(segment).collect();
        let greedy = segments
            .iter()
            .position(|segment| matches!(segment, Segment::Greedy(_)));
        if greedy.is_some_and(|at| at + 1 != segments.len()) {
            return Err(format!("in {path} something follows the greedy parameter"));
        }
        let method = method.to_ascii_uppercase();
        let any = matches!(
            method.as_str(),
            "ANY" | "*" | "X-AMAZON-APIGATEWAY-ANY-METHOD"
        );
        let shown = if any { "ANY" } else { &method };
        Ok(Self {
            key: format!("{shown} {path}"),
            function: function.to_owned(),
            method: (!any).then_some(method),
            segments: Some(segments),
        })
    }

    /// The route of everything that matches nothing else.
    #[must_use]
    pub fn default_route(function: &str) -> Self {
        Self {
            key: "$default".to_owned(),
            function: function.to_owned(),
            method: None,
            segments: None,
        }
    }

    /// The path parameters, if this route answers; `parts` are the raw segments of the path.
    fn parameters(&self, method: &str, parts: &[&str]) -> Option<BTreeMap<String, String>> {
        let mut parameters = BTreeMap::new();
        let Some(segments) = &self.segments else {
            return Some(parameters);
        };
        if self
            .method
            .as_deref()
            .is_some_and(|wanted| wanted != method)
        {
            return None;
        }
        for (at, segment) in segments.iter().enumerate() {
            let part = *parts.get(at)?;
            match segment {
                Segment::Literal(text) if *text == decoded(part) => {}
                Segment::Literal(_) => return None,
                Segment::Parameter(_) if part.is_empty() => return None,
                Segment::Parameter(name) => {
                    parameters.insert(name.clone(), decoded(part));
                }
                Segment::Greedy(name) => {
                    parameters.insert(name.clone(), decoded(&parts[at..].join("/")));
                    return Some(parameters);
                }
            }
        }
        (parts.len() == segments.len()).then_some(parameters)
    }

    /// Sorts the most specific route first: segment by segment, then the one with a method of its own.
    fn specificity(&self) -> (bool, Vec<u8>, bool) {
        let ranks = self.segments.iter().flatten().map(Segment::rank).collect();
        (self.segments.is_none(), ranks, self.method.is_none())
    }
}

fn segment(text: &str) -> Segment {
    match text
        .strip_prefix('{')
        .and_then(|inner| inner.strip_suffix('}'))
    {
        Some(name) => match name.strip_suffix('+') {
            Some(name) => Segment::Greedy(name.to_owned()),
            None => Segment::Parameter(name.to_owned()),
        },
        None => Segment::Literal(text.to_owned()),
    }
}

/// Percent-decoded, as the HTTP API gives a path to a function (a REST API would not).
#[must_use]
pub fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

/// The route that answers, if any: nothing is what makes `{"message":"Not Found"}`.
#[must_use]
pub fn find<'a>(routes: &'a [Route], method: &str, raw_path: &str) -> Option<Matched<'a>> {
    let parts: Vec<&str> = raw_path
        .strip_prefix('/')
        .unwrap_or(raw_path)
        .split('/')
        .collect();
    routes
        .iter()
        .filter_map(|route| {
            Some(Matched {
                route,
                parameters: route.parameters(method, &parts)?,
            })
        })
        .min_by_key(|matched| matched.route.specificity())
}
