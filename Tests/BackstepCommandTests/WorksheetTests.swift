import Foundation
import Testing

@Suite("Worksheets", .waiting)
struct WorksheetTests {
    /// Half a unit of the last printed digit.
    private static func half(_ printed: String) throws -> Double {
        let parts = printed.split(separator: "e")
        let decimals = parts[0].split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.count ?? 0
        let exponent = parts.count > 1 ? try #require(Int(parts[1])) : 0
        return try #require(Double("5e\(exponent - decimals - 1)"))
    }

    private static func isOwn(_ address: String) -> Bool {
        guard address.hasPrefix("value ") else { return false }
        let name = address.dropFirst("value ".count).prefix { $0 != "[" }
        let inputs = ["x", "y", "z", "x0", "x1", "w0", "w1", "w2"]
        // A parameter's key, where a part of a layer has a word of its own: `norm.scale`, but not `norm.normalized`.
        let key = name.split(separator: ".").dropFirst().last ?? ""
        let isParameter =
            ["weight", "bias", "scale", "shift", "projection"].contains(key) || key.hasSuffix("-weight") || key.hasSuffix("-bias")
        return name == "input" || name == "targets" || isParameter || inputs.contains(String(name))
    }

    static let lessons = [
        "chain-rule", "fork", "sigmoid-neuron", "two-by-two", "two-by-two-relu", "residual-block", "batch-normalization",
        "dropout",
    ]

    @Test("Every blank is filled from printed digits, and lands in the range with whatever those digits leave open", arguments: lessons)
    func answerable(_ lesson: String) throws {
        let made = try MadeWorksheets(lesson, ["--variants", "5", "--seed", "7"])
        #expect(made.variants.count == 5)
        for variant in made.variants {
            var known: [String: (value: Double, radius: Double)] = [:]
            for given in try #require(variant["given"] as? [[String: Any]]) {
                let (address, printed) = (given["address"] as? String ?? "", given["printed"] as? String ?? "")
                known[address] = (try #require(Double(printed)), Self.isOwn(address) ? 0 : try Self.half(printed))
            }
            let questions = try #require(variant["questions"] as? [[String: Any]])
            #expect(!questions.isEmpty)
            for question in questions {
                let address = try #require(question["address"] as? String)
                let printed = try #require(question["printed"] as? String)
                let (low, high) = (try question.number("low"), try question.number("high"))
                let value = try question.number("value")
                let answer = try #require(Double(printed))
                #expect(low <= value && value <= high && low <= answer && answer <= high, "\(lesson) \(address)")
                // Everything that is used is printed before.
                let uses = try #require(question["uses"] as? [Any])
                let numbers = try uses.map { use -> (value: Double, radius: Double) in
                    if let number = use as? NSNumber { return (number.doubleValue, 0) }
                    return try #require(known[use as? String ?? ""], "\(lesson) \(address) uses \(use)")
                }
                if let operation = question["operation"] as? String {
                    var ends = operation == "product" ? (1.0, 1.0) : (0.0, 0.0)
                    for (value, radius) in numbers {
                        if operation == "sum" {
                            ends = (ends.0 + value - radius, ends.1 + value + radius)
                        } else {
                            let all = [ends.0, ends.1].flatMap { [$0 * (value - radius), $0 * (value + radius)] }
                            ends = (all.min() ?? 0, all.max() ?? 0)
                        }
                    }
                    let slack = 1e-12 * max(abs(ends.0), abs(ends.1))
                    #expect(low <= ends.0 + slack && ends.1 - slack <= high, "\(lesson) \(address): \(ends) in \(low)…\(high)")
                    // A student's own answers, carried on, may be off by more; not by so much that anything is right.
                    #expect(try high - low <= 0.02 * abs(answer) + 2 * Self.half(printed), "\(lesson) \(address)")
                }
                known[address] = (answer, try Self.half(printed))
            }
        }
    }

    @Test("Variant 1 is the lesson; the others have short numbers of their own and no gradient that is lost", arguments: lessons)
    func variants(_ lesson: String) throws {
        let made = try MadeWorksheets(lesson, ["--variants", "3", "--seed", "7"])
        var texts: Set<String> = []
        for (place, variant) in made.variants.enumerated() {
            let file = try #require(variant["lesson"] as? String)
            texts.insert(try made.text(file))
            // The lesson in the file has the answers as its gradients.
            let trace = try Run(["trace", "out/\(file)", "--json"], in: made.scratch.folder)
            #expect(trace.status == 0, "\(trace.errors)")
            let root = try #require(try JSONSerialization.jsonObject(with: trace.output) as? [String: Any])
            let gradients = try #require(root["gradients"] as? [String: Any])
            for question in try #require(variant["questions"] as? [[String: Any]]) {
                let address = try #require(question["address"] as? String)
                guard address.hasPrefix("gradient ") else { continue }
                let name = address.dropFirst("gradient ".count).prefix { $0 != "[" }
                let data = try #require((gradients[String(name)] as? [String: Any])?["data"] as? [Double], "\(address)")
                let value = try question.number("value")
                #expect(data.contains(value), "\(address)")
                #expect(place == 0 || value == 0 || abs(value) >= 1e-4)
            }
            for given in variant["given"] as? [[String: Any]] ?? [] where place > 0 && Self.isOwn(given["address"] as? String ?? "") {
                let digits = (given["printed"] as? String ?? "").drop { "-0.".contains($0) }.filter(\.isNumber)
                #expect(digits.count <= 2 || digits.allSatisfy { $0 == "0" }, "\(given)")
            }
        }
        #expect(texts.count == 3)
    }

    @Test("A question on any gradient says what a mistake makes of it, as plain loops over the network's numbers do")
    func mistakesInside() throws {
        let made = try MadeWorksheets("two-by-two", ["--variants", "3", "--seed", "7", "--hide", "gradients,locals"])
        func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }
        var compared = 0
        for variant in made.variants {
            let run = try Run(["trace", "out/\(variant["lesson"] as? String ?? "")", "--json"], in: made.scratch.folder)
            let root = try #require(try JSONSerialization.jsonObject(with: run.output) as? [String: Any])
            func numbers(_ section: String, _ name: String) throws -> [Double] {
                try #require(((root[section] as? [String: Any])?[name] as? [String: Any])?["data"] as? [Double], "\(section) \(name)")
            }
            let (h, y) = (try numbers("values", "sigmoid1"), try numbers("values", "sigmoid2"))
            let (v, t) = (try numbers("parameters", "output.weight"), try numbers("values", "targets"))
            let slopes: [(kind: String, slope: (Double) -> Double)] = [
                ("missing-activation-derivative", { _ in 1 }), ("derivative-at-output", { sigmoid($0) * (1 - sigmoid($0)) }),
            ]
            for (kind, slope) in slopes {
                var wrong: [String: Double] = [:]
                let output = (0..<2).map { (y[$0] - t[$0]) * slope(y[$0]) }
                for unit in 0..<2 {
                    let back = (0..<2).reduce(0) { $0 + output[$1] * v[2 * $1 + unit] }
                    wrong["gradient output[0,\(unit)]"] = output[unit]
                    wrong["gradient sigmoid1[0,\(unit)]"] = back
                    wrong["gradient hidden[0,\(unit)]"] = back * slope(h[unit])
                    wrong["local sigmoid1[0,\(unit)] by hidden[0,\(unit)]"] = slope(h[unit])
                }
                for question in try #require(variant["questions"] as? [[String: Any]]) {
                    guard let wrong = wrong[question["address"] as? String ?? ""] else { continue }
                    let known = (question["mistakes"] as? [[String: Any]] ?? []).first { $0["kind"] as? String == kind }
                    let isRight = (try question.number("low")...question.number("high")).contains(wrong)
                    let found = try known.map { try $0.number("value") }
                    #expect(isRight ? found == nil : found.map { abs($0 - wrong) < 1e-12 } == true, "\(kind) \(question)")
                    compared += 1
                }
            }
        }
        #expect(compared == 3 * 2 * 8)
    }

    @Test("The same seed gives the same files, another one others")
    func deterministic() throws {
        let options = ["--variants", "2", "--seed"]
        let (first, again, other) = (
            try MadeWorksheets("two-by-two", options + ["7"]), try MadeWorksheets("two-by-two", options + ["7"]),
            try MadeWorksheets("two-by-two", options + ["8"])
        )
        for file in ["answers.json", "worksheet-02.html", "variant-02.yaml"] { #expect(try first.text(file) == again.text(file)) }
        #expect(
            try Data(contentsOf: first.scratch.url("out/worksheet-02.pdf")) == Data(contentsOf: again.scratch.url("out/worksheet-02.pdf")))
        #expect(try first.text("variant-02.yaml") != other.text("variant-02.yaml"))
        #expect(try first.text("variant-01.yaml") == other.text("variant-01.yaml"))
    }

    @Test("A sheet has what is given and none of the answers; its key has all of them with their ranges")
    func blanks() throws {
        let made = try MadeWorksheets("two-by-two")
        let variant = try #require(made.variants.first)
        let given = (variant["given"] as? [[String: Any]] ?? []).compactMap { $0["printed"] as? String }
        let (sheet, key) = (try made.text("worksheet-01.html"), try made.text("key-01.html"))
        for ending in [".html", ".md", ".tex", "-figure.svg"] {
            let text = try made.text("worksheet-01\(ending)")
            for question in variant["questions"] as? [[String: Any]] ?? [] {
                let printed = try #require(question["printed"] as? String).drop { $0 == "-" }
                guard !given.contains(String(printed)) else { continue }
                #expect(!text.contains(printed), "\(ending): \(printed)")
                #expect(key.contains(printed), "\(printed)")
            }
        }
        for printed in given { #expect(sheet.contains(printed.drop { $0 == "-" }), "\(printed)") }
        for name in ["worksheet-01.pdf", "key-01.pdf"] {
            #expect(try Data(contentsOf: made.scratch.url("out/\(name)")).starts(with: Data("%PDF-".utf8)))
        }
    }

    @Test(
        "A sheet's page marks what is typed into it, names the mistake, and is a plain sheet on paper",
        arguments: [("two-by-two", ["--variants", "2"]), ("two-by-two", ["--hide", "values,results"]), ("fork", [])])
    func marking(_ lesson: String, options: [String]) throws {
        guard try Tool.exists("chromium"), try Tool.exists("python3") else {
            print("skipped: chromium")
            return
        }
        let made = try MadeWorksheets(lesson, options + ["--seed", "7"])
        let script = MadeWorksheets.script("worksheet-pages.py")
        for number in 1...made.variants.count {
            let words = try Run(["mistakes", "out/variant-0\(number).yaml"], in: made.scratch.folder).text
            _ = try made.scratch.write(words, to: "out/mistakes-0\(number).txt")
            let run = try Tool(["python3", script, "chromium", "out", "\(number)"], in: made.scratch.folder)
            #expect(run.status == 0 && run.text.isEmpty, "\(run.text)")
        }
    }

    /// Lessons of every kind, with what is asked for and whether products are given.
    static let filled = [
        ("chain-rule", "gradients,values", "easy"), ("fork", "gradients,products", "easy"), ("sigmoid-neuron", "gradients,locals", "hard"),
        ("two-by-two", "gradients", "easy"), ("two-by-two", "values,results", "hard"),
        ("two-by-two-relu", "gradients,products,results", "easy"),
        ("softmax-cross-entropy", "gradients,values", "easy"), ("batch-normalization", "gradients,values", "hard"),
        ("convolution", "gradients,products", "hard"), ("residual-block", "gradients,locals", "easy"),
        ("sum-over-time", "gradients,values,locals", "easy"), ("lstm-cell", "gradients", "hard"), ("gru-cell", "gradients,locals", "easy"),
        ("momentum", "gradients,results", "easy"), ("adam", "gradients,results", "hard"), ("training-loop", "gradients,results", "easy"),
        ("dropout", "gradients,values,locals", "easy"), ("mistake-sum", "gradients", "hard"), ("attention", "gradients", "easy"),
    ]

    /// BACKSTEP_VARIANTS=100 makes it 1,900 variants.
    @Test(
        "Every blank is filled from the sheet's text alone; what a mistake gives is outside of the range, or the key says that it is accepted",
        arguments: filled)
    func filledFromText(_ lesson: String, hide: String, level: String) throws {
        guard try Tool.exists("python3") else {
            print("skipped: python3")
            return
        }
        let count = ProcessInfo.processInfo.environment["BACKSTEP_VARIANTS"].flatMap { Int($0) } ?? 2
        let scratch = try Scratch()
        let options = ["--variants", "\(count)", "--seed", "11", "-q"]
        func make(_ hide: String, _ level: String) throws {
            let run = try Run(["worksheet", lesson, "-o", level, "--hide", hide, "--level", level] + options, in: scratch.folder)
            try #require(run.status == 0, "\(run.errors)")
        }
        try make(hide, level)
        // A sheet that gives only values expects its reader to know the rules, which the other level prints.
        if level == "hard" { try make(hide + ",locals", "easy") }
        for number in 1...count {
            let name = "\(number < 10 ? "0" : "")\(number)"
            let report = try Run(["mistakes", "\(level)/variant-\(name).yaml", "--json"], in: scratch.folder)
            try #require(report.status == 0, "\(report.errors)")
            _ = try scratch.write(report.text, to: "\(level)/mistakes-\(name).json")
        }
        let run = try Tool(
            ["python3", MadeWorksheets.script("fill-worksheets.py"), level == "hard" ? "hard=easy" : "easy"], in: scratch.folder)
        let lines = run.text.split(separator: "\n")
        #expect(run.status == 0 && lines.count == 1 && lines[0].contains(" of \(count) variants"), "\(run.text.prefix(3_000))")
        if count > 2 { print("\(lesson) \(hide) \(level): \(lines.last ?? "")") }
    }

    @Test(
        "What is asked for is what is hidden",
        arguments: [
            ("gradients", "gradient "), ("values", "value "), ("results", "updated "), ("locals", "local "),
            ("w5", "gradient output.weight"),
            ("value hidden[0,0]", "value hidden"),
        ])
    func hidden(_ hide: String, start: String) throws {
        let made = try MadeWorksheets("two-by-two", ["--hide", hide])
        let questions = try #require(made.variants[0]["questions"] as? [[String: Any]])
        #expect(!questions.isEmpty && questions.allSatisfy { ($0["address"] as? String)?.hasPrefix(start) == true }, "\(questions)")
    }

    @Test(
        "What cannot be made is refused in words",
        arguments: [
            (["gradient-decay"], 65, "is an experiment"), (["two-by-two", "--hide", "nothing"], 64, "expected gradients"),
            (["two-by-two", "--hide", " ,"], 64, "--hide is empty"),
            (["two-by-two", "--variants", "0"], 64, "a number from 1 to 200"), (["two-by-two", "--paper", "a5"], 64, "paper"),
            (["no-such-lesson"], 66, "no bundled lesson"),
        ] as [([String], Int32, String)])
    func refused(_ options: [String], status: Int32, words: String) throws {
        let scratch = try Scratch()
        let run = try Run(["worksheet"] + options + ["-o", "out"], in: scratch.folder)
        #expect(run.status == status && run.errors.contains(words), "\(run.errors)")
        #expect(try scratch.files.isEmpty)
    }

    @Test("A bundled lesson is found by its name although a folder, as that of its worksheets, has the same")
    func folderOfTheSameName() throws {
        let scratch = try Scratch()
        for _ in 0..<2 {
            let run = try Run(["worksheet", "chain-rule", "-o", "chain-rule", "-q"], in: scratch.folder)
            #expect(run.status == 0, "\(run.errors)")
        }
    }

    @Test("Sums of products are told by where each product comes through, and a number after a step has another name than before it")
    func names() throws {
        let products = try MadeWorksheets("fork", ["--hide", "gradients,products"])
        let sheet = try products.text("worksheet-01.md")
        #expect(sheet.contains("\\text{ through }") && !sheet.contains("operand") && !sheet.contains("product p"), "\(sheet)")
        let results = try MadeWorksheets("adam", ["--hide", "gradients,results"])
        let questions = try #require(results.variants.first).questions.compactMap { $0["symbol"] as? String }
        #expect(questions.contains("new m(x)") && questions.contains("new x") && Set(questions).count == questions.count)
        let memories = try #require(results.variants.first).questions.filter { ($0["address"] as? String)?.hasPrefix("memory") == true }
        #expect(memories.count == 4 && memories.allSatisfy { ($0["mistakes"] as? [Any])?.isEmpty == false })
    }

    @Test(
        "A figure prints a number that the sheet has with the same digits, zeros included",
        arguments: ["two-by-two", "residual-block", "batch-normalization", "fork"])
    func sameDigits(_ lesson: String) throws {
        guard try Tool.exists("pdftotext") else {
            print("skipped: pdftotext")
            return
        }
        let made = try MadeWorksheets(lesson, ["--hide", "gradients,values"])
        let variant = try #require(made.variants.first)
        let figure = try Tool(["pdftotext", "out/key-01-figure.pdf", "-"], in: made.scratch.folder).text
        let words = Set(figure.replacing("−", with: "-").split { !"-.0123456789".contains($0) }.map(String.init))
        // ∂f/∂f is 1.
        let own = Set((variant["given"] as? [[String: Any]] ?? []).compactMap { $0["printed"] as? String } + ["1"])
        let printed = try variant.questions.compactMap { $0["printed"] as? String }
        #expect(printed.contains { words.contains($0) })
        for number in printed where number.contains(".") && number.hasSuffix("0") {
            var short = number
            while short.hasSuffix("0") { short.removeLast() }
            if short.hasSuffix(".") { short.removeLast() }
            #expect(!words.contains(short) || own.contains(short), "\(number)")
        }
    }

    @Test("Where no short numbers suit, the error says why")
    func impossible() throws {
        let scratch = try Scratch()
        let lesson = try scratch.write("expression: f = x * y * 0.000001\nat: {x: 0.1, y: 0.2}\n", to: "small.yaml")
        let run = try Run(["worksheet", lesson, "-o", "out", "--variants", "2"], in: scratch.folder)
        #expect(
            run.status == 65 && run.errors.contains("found no short numbers in 3000 tries: in 3000, a gradient was below 10⁻⁴"),
            "\(run.errors)")
    }
}
