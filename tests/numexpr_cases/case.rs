//! A recorded case: what numexpr was asked, and what it answered.

use numjit::DType;
use serde_json::Value as Json;

use crate::value::{Number, parse};

pub(crate) struct Case {
    pub(crate) expr: String,
    /// Of the arrays that the expression was given, those that it names.
    pub(crate) inputs: Vec<(String, Data)>,
    /// `none`, `moderate` or `aggressive`, which is the default.
    pub(crate) optimization: String,
    pub(crate) answer: Result<Data, (String, String)>,
}

/// An array.
pub(crate) struct Data {
    pub(crate) dtype: DType,
    pub(crate) shape: Vec<usize>,
    pub(crate) elements: Vec<Number>,
}

impl Case {
    pub(crate) fn from_line(line: &str) -> Case {
        let json: Json = serde_json::from_str(line).expect("a line is an object");
        let text = |json: &Json| json.as_str().expect("a string").to_owned();
        let expr = text(&json["expr"]);
        // What is no expression names nothing.
        let names = numjit::variables(&expr).unwrap_or_default();
        let inputs = (json["in"].as_object().expect("inputs by name").iter())
            .filter(|(name, _)| names.contains(name))
            .map(|(name, data)| (name.clone(), Data::from_json(data)))
            .collect();
        let answer = match json.get("err") {
            Some(error) => Err((text(&error[0]), text(&error[1]))),
            None => Ok(Data::from_json(&json["out"])),
        };
        let optimization = json["opts"]["optimization"].as_str().unwrap_or("aggressive").to_owned();
        Case { expr, inputs, optimization, answer }
    }

    /// Returns whether some input has this dtype.
    pub(crate) fn has(&self, dtype: DType) -> bool {
        self.inputs.iter().any(|(_, data)| data.dtype == dtype)
    }
}

impl Data {
    fn from_json(json: &Json) -> Data {
        let name = json["dtype"].as_str().expect("a dtype").trim_start_matches('|');
        let dtype = DType::from_name(name).expect("a dtype of NumPy");
        let shape: Vec<usize> = (json["shape"].as_array().expect("a shape").iter())
            .map(|length| length.as_u64().expect("a length") as usize)
            .collect();
        let elements: Vec<Number> = (json["v"].as_array().expect("values").iter())
            .map(|value| parse(value.as_str().expect("a repr"), dtype))
            .collect();
        assert_eq!(elements.len(), shape.iter().product::<usize>());
        Data { dtype, shape, elements }
    }

    /// Returns the elements as they lie in memory, in C order.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.elements.iter().flat_map(|element| element.bytes(self.dtype)).collect()
    }
}
