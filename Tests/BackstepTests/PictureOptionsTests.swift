import Testing

@testable import Backstep

@Suite("What may be asked of a picture") struct PictureOptionsTests {
    /// For each option another value than the usual one.
    private static let values = [
        "figure": ["network", "graph", "cell", "layer", "layer:hidden", "steps", "heat", "page"],
        "sample": ["1", "mean"], "products": ["true", ""],
        "notation": ["layered", "nielsen", "chain"], "width": ["a4", "89mm", "252.283pt"], "height": ["540pt", "89mm"],
        "weights": ["grid"], "mistake": ["missing-skip", "wrong-sign"],
        "theme": ["dark", "print", "auto"], "transparent": ["true"], "svg-text": ["true"], "no-headline": ["true"],
        "dpi": ["36", "300", "1200"],
    ]

    @Test("is listed once, each under a word of its own, with help and what is expected") func list() {
        let words = PictureOptions.all.map(\.word)
        #expect(Set(words) == Set(Self.values.keys) && Set(words).count == words.count)
        for option in PictureOptions.all { #expect(option.help.hasSuffix(".") && !option.expected.isEmpty) }
    }

    @Test("is carried by a figure and read back, whatever is asked", arguments: values.keys.sorted()) func carried(word: String) throws {
        for value in Self.values[word] ?? [] {
            var origin = FigureOrigin(lesson: "a.yaml")
            try origin.options.set(word, to: value)
            #expect(origin.options != PictureOptions())
            #expect(FigureOrigin(origin.text) == origin, "\(origin.text)")
        }
        #expect(FigureOrigin(FigureOrigin(lesson: "a.yaml").text).options == PictureOptions())
    }

    @Test(
        "is refused in words where it is wrong",
        arguments: [
            ("theme", "drak", "--theme takes light, dark, print or auto; did you mean dark?"),
            ("sample", "-1", "--sample takes a number from 0, or mean"),
            ("products", "perhaps", "--products takes true or false"),
            (
                "figure", "plot",
                "--figure takes network, graph, cell, layer or steps, of a recording decay, heat, updates, units, loss or page"
            ),
            ("width", "wide", "--width takes "), ("height", "a4", "--height takes a length"),
            ("weights", "table", "--weights takes auto or grid"), ("mistake", "missing-skp", "did you mean missing-skip?"),
            ("teme", "dark", "there is no option \"teme\""),
        ])
    func refused(word: String, value: String, says: String) {
        var options = PictureOptions()
        let error = #expect(throws: BackstepError.self) { try options.set(word, to: value) }
        #expect(error?.description.contains(says) == true && options == PictureOptions())
    }
}
