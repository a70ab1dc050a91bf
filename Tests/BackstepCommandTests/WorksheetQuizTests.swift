import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("Quizzes for learning platforms", .waiting)
struct WorksheetQuizTests {
    @Test("R/exams compiles an exercise a variant, with a number and a tolerance an answer")
    func exams() throws {
        let made = try MadeWorksheets("two-by-two", ["--variants", "2", "--quiz", "r-exams", "--seed", "7"])
        for (place, variant) in made.variants.enumerated() {
            let text = try made.text("r-exams/variant-0\(place + 1).Rmd")
            let questions = try #require(variant["questions"] as? [[String: Any]])
            #expect(text.contains("extype: cloze\n") && !text.dropFirst(3).contains("`r"))
            func numbers(_ key: String) throws -> [Double] {
                let line = try #require(text.components(separatedBy: "\n\(key): ").last?.split(separator: "\n").first)
                return line.split(separator: "|").compactMap { Double($0) }
            }
            let (solutions, tolerances) = (try numbers("exsolution"), try numbers("extol"))
            #expect(solutions.count == questions.count && tolerances.count == questions.count)
            for (question, (solution, tolerance)) in zip(questions, zip(solutions, tolerances)) {
                let (low, high) = (try question.number("low"), try question.number("high"))
                #expect(abs(solution - tolerance - low) < 0.05 * (high - low) && abs(solution + tolerance - high) < 0.05 * (high - low))
            }
        }
        guard try Tool(["Rscript", "-e", "library(exams)"], in: made.scratch.folder).status == 0 else {
            print("skipped: r-exams")
            return
        }
        _ = try Tool(["Rscript", MadeWorksheets.script("compile-exams.R"), "out/r-exams"], in: made.scratch.folder)
        #expect(try made.text("r-exams/compiled.txt") == "variant-01 cloze 20\nvariant-02 cloze 20\n")
    }

    @Test(
        "One question alone becomes a numerical one; small numbers are asked for in units of a power of ten",
        arguments: [("moodle", "moodle.xml"), ("r-exams", "r-exams/variant-01.Rmd")])
    func singleQuestion(_ quiz: String, file: String) throws {
        let scratch = try Scratch()
        let lesson = try scratch.write("expression: f = x * y * 0.00001\nat: {x: 0.5, y: 0.25}\n", to: "small.yaml")
        let made = try MadeWorksheets(lesson, ["--hide", "x", "--quiz", quiz])
        let text = try made.text(file)
        #expect(text.contains(quiz == "moodle" ? "<question type=\"numerical\">" : "extype: num\n"))
        #expect(text.contains(quiz == "moodle" ? "× 10&lt;sup&gt;−6&lt;/sup&gt;" : "10^{-6}"))
        #expect(text.contains(quiz == "moodle" ? "<text>2.5" : "exsolution: 2.5") && !text.contains("<text>0."), "\(text)")
    }

    /// What Moodle reads of a question: its answers, each with what it is worth, how far off it may be, and what is said of it.
    private struct Answer: Decodable {
        let answer: String
        let fraction: Double
        let tolerance: String
        let feedback: String
    }

    /// By docs.moodle.org/en/Moodle_XML_format and docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type: what each element may contain.
    private static let elements: [String: Set<String>] = [
        "quiz": ["question"], "question": ["category", "name", "questiontext", "generalfeedback", "answer"], "category": ["text"],
        "name": ["text"], "questiontext": ["text", "file"], "generalfeedback": ["text"], "answer": ["text", "tolerance", "feedback"],
        "feedback": ["text"], "text": [], "file": [], "tolerance": [],
    ]

    private static let attributes: [String: [String: Set<String>]] = [
        "question": ["type": ["category", "cloze", "numerical"]], "questiontext": ["format": ["html"]],
        "generalfeedback": ["format": ["html"]], "feedback": ["format": ["html"]],
        "answer": ["fraction": ["100", "0"], "format": ["moodle_auto_format"]], "file": ["path": ["/"], "encoding": ["base64"]],
    ]

    /// The elements with their texts, in the order of the file.
    private final class Reader: NSObject, XMLParserDelegate {
        var path: [String] = []
        var text = ""
        var found: [(path: [String], text: String)] = []
        var troubles: [String] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]
        ) {
            if let parent = path.last, elements[parent]?.contains(name) != true { troubles.append("\(name) in \(parent)") }
            for (key, value) in attributes where name != "file" || key != "name" {
                if WorksheetQuizTests.attributes[name]?[key]?.contains(value) != true { troubles.append("\(name) \(key)=\(value)") }
            }
            path.append(name)
            text = ""
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            if elements[name]?.isEmpty == true { found.append((path, text)) }
            path.removeLast()
            text = ""
        }
    }

    /// The answers of a field {1:NUMERICAL:=0.1385:0.0001~%0%0.74:0.0001#a mistake}.
    private static func answers(ofField field: Substring) throws -> [Answer] {
        try field.split(separator: "~").map { alternative in
            let (body, feedback) = (alternative.prefix { $0 != "#" }, alternative.drop { $0 != "#" }.dropFirst())
            let numbers = body.drop { "=%".contains($0) }
            let isWrong = body.hasPrefix("%0%")
            try #require(isWrong || body.hasPrefix("="), "\(alternative)")
            let parts = (isWrong ? body.dropFirst(3) : numbers).split(separator: ":").map(String.init)
            try #require(parts.count == 2, "\(alternative)")
            return Answer(answer: parts[0], fraction: isWrong ? 0 : 1, tolerance: parts[1], feedback: String(feedback))
        }
    }

    private func expectRight(_ answers: [Answer], _ question: [String: Any], unit: Double = 1) throws {
        let (low, high) = (try question.number("low") / unit, try question.number("high") / unit)
        let right = answers.filter { $0.fraction == 1 }
        try #require(right.count == 1)
        for answer in answers {
            let (value, tolerance) = (try #require(Double(answer.answer)), try #require(Double(answer.tolerance)))
            #expect(tolerance > 0 && !answer.answer.contains("e") && !answer.tolerance.contains("e"), "\(answer)")
            if answer.fraction == 1 {
                let slack = 0.05 * (high - low)
                #expect(abs(value - tolerance - low) < slack && abs(value + tolerance - high) < slack, "\(answer) \(question)")
            } else {
                // What is right is marked right, not as a mistake.
                #expect(value + tolerance < low || value - tolerance > high, "\(answer) \(question)")
                #expect(!answer.feedback.isEmpty)
            }
            // Fixed decimals of a right answer as small would be read as 0.
            #expect(answer.fraction < 1 || value == 0 || abs(value) >= 1e-4, "\(answer)")
        }
        // Each mistake that is clear of the range is named.
        let clear = try (question["mistakes"] as? [[String: Any]] ?? []).map { try $0.number("value") / unit }
            .filter { abs($0 - (low + high) / 2) > 0.6 * (high - low) }
        #expect(answers.count - 1 >= clear.count, "\(question)")
        for value in clear {
            #expect(answers.contains { abs((Double($0.answer) ?? .nan) - value) < 0.01 * (high - low) && $0.fraction == 0 })
        }
    }

    /// Lessons with cloze questions, with one question alone, with a power of ten, with braces and a slash in the title.
    private static let quizzes = [
        ("two-by-two", "gradients", 2), ("adam", "gradients,results", 2), ("lstm-cell", "gradients", 1), ("fork", "a", 2),
    ]

    @Test("A quiz for Moodle has the documented elements, and each field's answers have the ranges of the key", arguments: quizzes)
    func moodle(_ lesson: String, hide: String, variants: Int) throws {
        let made = try MadeWorksheets(lesson, ["--variants", "\(variants)", "--hide", hide, "--quiz", "moodle", "--seed", "7"])
        let xml = try made.text("moodle.xml")
        let parser = XMLParser(data: Data(xml.utf8))
        let reader = Reader()
        parser.delegate = reader
        #expect(parser.parse() && reader.troubles.isEmpty, "\(reader.troubles)")
        let categories = reader.found.filter { $0.path.contains("category") }.map(\.text)
        #expect(
            categories.count == variants && Set(categories).count == variants && categories.allSatisfy { $0.hasPrefix("$course$/top/") })
        let texts = reader.found.filter { $0.path.suffix(2) == ["questiontext", "text"] }.map(\.text)
        let files = reader.found.filter { $0.path.last == "file" }
        #expect(texts.count == variants && files.allSatisfy { Data(base64Encoded: $0.text)?.starts(with: Data("<?xml".utf8)) == true })
        for (text, variant) in zip(texts, made.variants) {
            let questions = try variant.questions
            let fields = text.components(separatedBy: "{1:NUMERICAL:").dropFirst()
            if questions.count == 1 {
                #expect(fields.isEmpty && xml.contains("<question type=\"numerical\">"))
                continue
            }
            #expect(fields.count == questions.count)
            for (field, question) in zip(fields, questions) {
                let end = try #require(field.firstIndex(of: "}"))
                let after = field[field.index(after: end)...].prefix { $0 != "/" }
                let power = after.components(separatedBy: "× 10<sup>").dropFirst().first
                    .flatMap { Double("1e" + $0.replacing("−", with: "-").prefix { "-0123456789".contains($0) }) }
                try expectRight(Self.answers(ofField: field[..<end]), question, unit: power ?? 1)
            }
        }
    }

    /// BACKSTEP_MOODLE is a folder with Moodle's source.
    @Test("Moodle's own importer makes of a quiz the questions that the key has", arguments: quizzes)
    func importing(_ lesson: String, hide: String, variants: Int) throws {
        guard let moodle = ProcessInfo.processInfo.environment["BACKSTEP_MOODLE"], try Tool.exists("php") else {
            print("skipped: moodle")
            return
        }
        struct Imported: Decodable {
            struct Part: Decodable {
                let type: String
                let answers: [Answer]
            }

            let category, type, text: String
            let files: [String: Int]
            let parts: [Part]
        }
        let made = try MadeWorksheets(lesson, ["--variants", "\(variants)", "--hide", hide, "--quiz", "moodle", "--seed", "7"])
        let run = try Tool(["php", MadeWorksheets.script("import-moodle.php"), moodle, "out/moodle.xml"], in: made.scratch.folder)
        try #require(run.status == 0 && !run.text.contains("Moodle says"), "\(run.text.prefix(2_000))")
        let imported = try run.text.split(separator: "\n").map { try JSONDecoder().decode(Imported.self, from: Data($0.utf8)) }
        #expect(imported.count == variants)
        for (place, (found, variant)) in zip(imported, made.variants).enumerated() {
            let questions = try variant.questions
            #expect(found.type == (questions.count == 1 ? "numerical" : "multianswer") && found.category.hasSuffix("/Variant \(place + 1)"))
            #expect(found.text.contains("figure-") == !found.files.isEmpty && found.parts.count == questions.count)
            for (part, question) in zip(found.parts, questions) {
                #expect(part.type == "numerical")
                let printed = try #require(question["printed"] as? String).split(separator: "e")
                try expectRight(part.answers, question, unit: printed.count > 1 ? Double("1e\(printed[1])") ?? 1 : 1)
            }
        }
    }

    @Test(
        "No alternative text, title or description says an answer",
        arguments: [
            ("two-by-two", "gradients"), ("two-by-two", "values,results"), ("fork", "gradients,values"), ("residual-block", "values"),
        ])
    func alternatives(_ lesson: String, hide: String) throws {
        let made = try MadeWorksheets(lesson, ["--hide", hide, "--quiz", "moodle"])
        let variant = try #require(made.variants.first)
        let given = (variant["given"] as? [[String: Any]] ?? []).compactMap { ($0["printed"] as? String).flatMap { Double($0) } }
        let texts = try [
            made.text("worksheet-01.html"), made.text("worksheet-01-figure.svg"), made.text("worksheet-01.md"),
            made.text("moodle.xml").replacing("&quot;", with: "\""),
        ]
        for text in texts {
            let said =
                text.matches(of: /<(?:title|desc)[^>]*>([^<]*)</).map { String($0.1) }
                + text.matches(of: /(?:aria-label|alt|title)="([^"]*)"/).map { String($0.1) }
                + text.matches(of: /!\[([^\]]*)\]/).map { String($0.1) }
            #expect(!said.isEmpty)
            let numbers = said.flatMap { $0.replacing("−", with: "-").matches(of: /-?[0-9]+\.[0-9]+/).compactMap { Double($0.0) } }
            for question in try variant.questions {
                let (low, high) = (try question.number("low"), try question.number("high"))
                let size = max(abs(low), abs(high))
                for number in numbers where !given.contains(number) {
                    #expect(
                        abs(abs(number) - (low + high) / 2) > 0.002 * size && abs(number - (low + high) / 2) > 0.002 * size,
                        "\(number): \(question)")
                }
            }
        }
    }
}
