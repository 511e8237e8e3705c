//! The declarations of records and choices: one place for type, decoder and schema.

/// Declares a record: a struct whose fields are [`Field`](crate::yaml::Field)s, with its decoder and schema.
///
/// ```text
/// record! {
///     /// A range of addresses.
///     pub struct Network as "a network" {
///         /// The range in CIDR notation.
///         cidr: Cidr = "cidr" required,
///         /// The default gateway.
///         gateway: Ip = "gateway",
///     }
/// }
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident as $what:literal {
            $( $(#[doc = $field_doc:literal])* $field:ident : $type:ty = $key:literal $($required:ident)? , )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $crate::yaml::Field<$type>, )*
        }

        impl $name {
            /// The names of the fields, as they are written.
            pub const FIELDS: &'static [&'static str] = &[$($key),*];

            /// What it is called, and its fields.
            pub const RECORD: $crate::yaml::decode::Record = ($what, Self::FIELDS);

            /// Returns the record without any field.
            pub const fn absent() -> Self {
                Self { $( $field: $crate::yaml::Field::Absent, )* }
            }

            /// Returns whether a field was written that could not be read.
            pub const fn is_broken(&self) -> bool {
                false $( || self.$field.is_broken() )*
            }
        }

        impl $crate::yaml::Decode for $name {
            fn decode(node: &$crate::yaml::Node, cx: &mut $crate::yaml::Decoder) -> Option<Self> {
                Self::take(node.clone(), cx)
            }

            fn take(node: $crate::yaml::Node, cx: &mut $crate::yaml::Decoder) -> Option<Self> {
                let place = node.span;
                let mapping = cx.take_record(node, $what, Self::FIELDS)?;
                let mut this = Self::absent();
                let mut unknown = Vec::new();
                for entry in mapping.entries {
                    match &*entry.key.text {
                        $( $key => this.$field = cx.take_field(entry), )*
                        _ => unknown.push(entry),
                    }
                }
                if !unknown.is_empty() {
                    let mut written: Vec<$crate::yaml::decode::WrittenField> = Vec::new();
                    $( if !matches!(this.$field, $crate::yaml::Field::Absent) {
                        written.push(($key, this.$field.span()));
                    } )*
                    let mut lacking: Vec<&'static str> = Vec::new();
                    $( $crate::record!(@lacking this $field $key lacking $($required)?); )*
                    let meant = cx.unknown_fields(&unknown, place, Self::RECORD, &written, &lacking);
                    // What is written under a misspelt name is not absent, and nothing takes its place.
                    $( if meant.contains(&$key) { this.$field = $crate::yaml::Field::Broken; } )*
                }
                $( $crate::record!(@required this $field $key $what place cx $($required)?); )*
                Some(this)
            }

            fn schema(schema: &mut $crate::yaml::schema::Schema) -> serde_json::Value {
                schema.named(stringify!($name), |schema| {
                    let mut properties = serde_json::Map::new();
                    $(
                        let field = <$type as $crate::yaml::Decode>::schema(schema);
                        let docs: &[&str] = &[$($field_doc),*];
                        properties.insert($key.into(), $crate::yaml::schema::described(field, docs));
                    )*
                    #[expect(clippy::allow_attributes, reason = "a record without required fields leaves the list unchanged")]
                    #[allow(unused_mut)]
                    let mut required: Vec<&str> = Vec::new();
                    $( $(let _ = stringify!($required); required.push($key);)? )*
                    let docs: &[&str] = &[$($doc),*];
                    $crate::yaml::schema::described(serde_json::json!({
                        "type": "object",
                        "properties": properties,
                        "required": required,
                        "additionalProperties": false
                    }), docs)
                })
            }
        }
    };
    (@lacking $this:ident $field:ident $key:literal $lacking:ident required) => {
        if matches!($this.$field, $crate::yaml::Field::Absent) {
            $lacking.push($key);
        }
    };
    (@lacking $this:ident $field:ident $key:literal $lacking:ident) => {
        _ = &mut $lacking;
    };
    (@required $this:ident $field:ident $key:literal $what:literal $place:ident $cx:ident required) => {
        if matches!($this.$field, $crate::yaml::Field::Absent) {
            $cx.missing_field($place, $what, $key);
            $this.$field = $crate::yaml::Field::Broken;
        }
    };
    (@required $this:ident $field:ident $key:literal $what:literal $place:ident $cx:ident) => {
        _ = $place;
    };
}

/// Declares a choice between words: an enum with its decoder and schema.
#[macro_export]
macro_rules! choice {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident as $what:literal {
            $( $(#[doc = $variant_doc:literal])* $variant:ident = $word:literal, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $( $(#[doc = $variant_doc])* $variant, )*
        }

        impl $name {
            /// The words, in the order of declaration.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            /// Returns the word that stands for this choice.
            pub const fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }

            /// Returns the choice that a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $( $word => Some(Self::$variant), )* _ => None }
            }
        }

        impl $crate::yaml::Decode for $name {
            fn decode(node: &$crate::yaml::Node, cx: &mut $crate::yaml::Decoder) -> Option<Self> {
                let text = $crate::yaml::decode::word(node, cx, $what, Self::WORDS)?;
                let value = Self::from_word(text);
                if value.is_none() {
                    let mut problem = $crate::diag::Diagnostic::error(
                        $crate::yaml::BAD_VALUE, node.span, format!("`{text}` is not {}", $what));
                    if let Some(help) = $crate::diag::did_you_mean(text, Self::WORDS.iter().copied()) {
                        problem = problem.help(help);
                    }
                    if let Some(near) = $crate::diag::nearest(text, Self::WORDS.iter().copied()) {
                        problem = problem.fix(false, format!("change to `{near}`"), node.span, near);
                    }
                    cx.report(problem);
                }
                value
            }

            fn schema(_: &mut $crate::yaml::schema::Schema) -> serde_json::Value {
                let words: &[(&str, &[&str])] = &[$( ($word, &[$($variant_doc),*]) ),*];
                let words: Vec<_> = words.iter().map(|(word, docs)| {
                    $crate::yaml::schema::described(serde_json::json!({ "const": word }), docs)
                }).collect();
                serde_json::json!({ "oneOf": words })
            }
        }
    };
}
