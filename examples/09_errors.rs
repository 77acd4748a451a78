//! Mistakes: what people see, and what programs read.

use numjit::{DType, Engine, ErrorKind, evaluate, vars};

pub(crate) fn main() -> Result<(), numjit::Error> {
    let (pt1, pt2) = ([45.0, 32.0], [40.0, 28.0]);

    // An error prints as a picture: the text, carets, help.
    let error = evaluate("sqr(pt_1) + pt2", vars! { pt1, pt2 }).expect_err("two unknown names");
    println!("{error}");

    // All independent mistakes of a text come at once, as data.
    for diagnostic in error.diagnostics() {
        println!("{:?}: {} {:?}", diagnostic.kind, diagnostic.message, diagnostic.help);
    }
    assert!(error.diagnostics().len() >= 2);

    // An editor marks the place.
    let text = "(pt1 + 1) & (pt2 > 30)";
    let error = evaluate(text, vars! { pt1, pt2 }).expect_err("& of a float");
    let span = error.span().expect("the mistake is in the text");
    println!("{} at byte {}: `{}`", error.message(), span.start, &text[span.range()]);
    assert_eq!(error.kind(), ErrorKind::Type);

    // Mistakes in what is given to a kernel name everything that does not fit.
    let kernel =
        Engine::default().compile("pt1 * pt2", &[("pt1", DType::F64), ("pt2", DType::F64)])?;
    let error = kernel.run(vars! { pt1: &pt1[..1], pt3: &pt2 }).expect_err("no pt2");
    println!("{error}");
    assert_eq!(error.kind(), ErrorKind::Names);
    let error = kernel.run(vars! { pt1, pt2: &[1.0, 2.0, 3.0] }).expect_err("2 beside 3");
    println!("{error}");
    assert_eq!(error.kind(), ErrorKind::Shape);
    Ok(())
}
