import Foundation
import Testing

@Suite("Diagnoses of students' numbers", .waiting)
struct DiagnoseTests {
    private func json(_ run: Run) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: run.output) as? [String: Any], "\(run.errors)")
    }

    private static let lesson = """
        title: Scalars
        expression:
          - a = w*x + b
          - y = sigmoid(a)
          - e = y - t
          - L = e*e
        at: {w: 0.6698, x: 1.2388, b: -0.6007}
        constants: {t: 0.25}

        """

    @Test(
        "An answer is right within half a unit of its last digit, zeros included, or of a tolerance",
        arguments: [
            ("w=0.1877", [], true), ("w=0.188", [], true), ("w=0.1880", [], false), ("w=0.19", [], true), ("w=1.877e-1", [], true),
            ("w = 1.877×10⁻¹", [], true), ("∂L/∂w=0.1877", [], true), ("w=0.1878", [], false),
            ("w=0.1878", ["--tolerance", "0.001"], true),
            ("w=-0.1877", [], false), ("w=−0.1877", [], false),
        ] as [(String, [String], Bool)])
    func tolerance(_ answer: String, _ options: [String], isRight: Bool) throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson, to: "scalars.yaml")
        let run = try Run(["diagnose", lesson, "--answer", answer, "--json"] + options)
        #expect(run.status == (isRight ? 0 : 1), "\(run.errors)")
        let answers = try #require(try json(run)["answers"] as? [[String: Any]])
        #expect(answers.count == 1 && answers[0]["address"] as? String == "w" && answers[0]["right"] as? Bool == isRight)
        #expect(Set(answers[0].keys) == ["address", "answer", "right", "mistakes"])
        #expect((answers[0]["mistakes"] as? [String])?.isEmpty == true)
    }

    @Test("Every mistake that gives the digits is named, two at once only where one doesn't explain all answers")
    func kinds() throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson, to: "scalars.yaml")
        // Right: 2(y − t)·σ′(a)·x = 0.1877. One use of e·e halves it; σ′ taken as 1 divides it by σ′(a) = 0.2463.
        let half = try Run("diagnose", lesson, "--answer", "w=0.09385", "--json")
        #expect(half.status == 1)
        #expect(try (json(half)["answers"] as? [[String: Any]])?[0]["mistakes"] as? [String] == ["overwrite-at-forks"])
        #expect(try json(half)["together"] as? [[String]] == [["overwrite-at-forks"]])
        let values = try Run("mistakes", lesson, "--json")
        let found = try #require(try json(values)["mistakes"] as? [[String: Any]])
        let missing = found.first { $0["kind"] as? String == "missing-activation-derivative" }
        let gradients = try #require(missing?["gradients"] as? [String: Any])
        let whole = try #require(((gradients["w"] as? [String: Any])?["data"] as? [Double])?[0])
        let both = try Run("diagnose", lesson, "--answer", "w=\(whole / 2)", "--tolerance", "1e-6", "--json")
        #expect(try (json(both)["answers"] as? [[String: Any]])?[0]["mistakes"] as? [String] == [])
        #expect(try json(both)["together"] as? [[String]] == [["missing-activation-derivative", "overwrite-at-forks"]])
        // Too few digits to tell one of so many pairs from another.
        let coarse = try Run("diagnose", lesson, "--answer", "w=\((whole * 50).rounded() / 100)", "--json")
        #expect(try json(coarse)["together"] == nil)
    }

    @Test("The numbers of an earlier step are known as such")
    func steps() throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson + "optimizer: {kind: sgd, learning-rate: 0.5}\nsteps: 3\n", to: "steps.yaml")
        let first = try Run("diagnose", lesson, "--answer", "w=0.1877", "--answer", "b=0.1515", "--json")
        #expect(first.status == 1)
        #expect(try json(first)["steps"] as? [Int] == [1])
        let text = try Run("diagnose", lesson, "--answer", "w=0.1877", "--answer", "b=0.1515").text
        #expect(text.contains("the numbers of step 1 were taken"), "\(text)")
    }

    @Test("A class comes as a table with or without quotes, and a table goes back")
    func table() throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(
            """
            network:
              input: 2
              layers:
                - dense: {units: 2, weight: [[0.15, 0.2], [0.25, 0.3]], bias: [0.35, 0.35], name: hidden}
                - sigmoid
            data: {inputs: [[0.05, 0.1]], targets: [[0.01, 0.99]]}
            loss: half-squared-error

            """, to: "net.yaml")
        let right = try Run("trace", lesson, "--json")
        let gradients = try #require((try json(right)["gradients"] as? [String: Any])?["hidden.weight"] as? [String: Any])
        let data = try #require(gradients["data"] as? [Double])
        _ = try scratch.write(
            """
            Name,Address,Answer\r
            Ada,"hidden.weight[0,0]",\(data[0])\r
            Ada,w2,\(data[1])\r
            "Doe, Jo",hidden.weight[0,0],\(data[0] * 4)\r

            """, to: "class.csv")
        let csv = try Run(["diagnose", lesson, "--answers", "class.csv", "--format", "csv", "--tolerance", "1e-9"], in: scratch.folder)
        #expect(csv.status == 1, "\(csv.errors)")
        let rows = csv.text.split(separator: "\r\n").map(String.init)
        #expect(rows.count == 4 && rows[0] == "name,address,answer,verdict,mistakes", "\(csv.text)")
        #expect(rows[1].hasPrefix("Ada,\"hidden.weight[0,0]\",") && rows[1].hasSuffix(",right,"))
        #expect(rows[3].hasPrefix("\"Doe, Jo\",") && rows[3].contains(",wrong,"))
        let text = try Run(["diagnose", lesson, "--answers", "class.csv", "--tolerance", "1e-9"], in: scratch.folder)
        #expect(text.text.contains("1 of 2 have everything right"), "\(text.text)")
        let both = try json(try Run(["diagnose", lesson, "--answers", "class.csv", "--json"], in: scratch.folder))
        #expect((both["students"] as? [[String: Any]])?.count == 2)
        #expect((both["answers"] as? [[String: Any]])?[2]["name"] as? String == "Doe, Jo")
    }

    @Test("An empty cell of a class's table is no answer, which is neither right nor a mistake")
    func open() throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson, to: "scalars.yaml")
        _ = try scratch.write("name,address,answer\nAda,w,0.1877\nAda,b,\nBen,w,0.1877\nCem,b,\n", to: "class.csv")
        let csv = try Run(["diagnose", lesson, "--answers", "class.csv", "--format", "csv"], in: scratch.folder)
        #expect(csv.status == 1, "\(csv.errors)")
        #expect(csv.text.split(separator: "\r\n").filter { $0.hasSuffix(",,no answer,") } == ["Ada,b,,no answer,", "Cem,b,,no answer,"])
        #expect(try Run(["diagnose", lesson, "--answers", "class.csv"], in: scratch.folder).text.contains("1 of 3 have everything right"))
        let students = try #require(
            try json(Run(["diagnose", lesson, "--answers", "class.csv", "--json"], in: scratch.folder))["students"] as? [[String: Any]])
        #expect(students.compactMap { $0["right"] as? Int } == [1, 1, 0] && students.compactMap { $0["of"] as? Int } == [2, 1, 1])
    }

    @Test(
        "A class's table has its columns in any order, its cells between commas, semicolons or tabs, and numbers as people write them",
        arguments: [
            "name,address,answer\nAda,w,0.1877\nBen,w,0.5\n", "Answer,Group,Student,Parameter\n0.1877,7,Ada,w\n0.5,7,Ben,w\n",
            "student;parameter;answer\nAda;w;0,1877\nBen;w;1/2\n", "Ada\tw\t0,1877\nBen\tw\t5·10⁻¹\n", "Ada,w,\"0,1877\"\nBen,w,1/2\n",
        ])
    func tables(table: String) throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson, to: "scalars.yaml")
        _ = try scratch.write(table, to: "class.csv")
        let run = try Run(["diagnose", lesson, "--answers", "class.csv", "-f", "csv"], in: scratch.folder)
        let rows = run.text.split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(run.status == 1 && run.errors.isEmpty, "\(run.errors)")
        try #require(rows.count == 3, "\(run.text)")
        #expect(rows[1].prefix(2) == ["Ada", "w"] && rows[1][3] == "right" && rows[2].prefix(2) == ["Ben", "w"] && rows[2][3] == "wrong")
    }

    @Test("A cell that can't be read is told with its line, and the rest of the class is marked")
    func unread() throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson, to: "scalars.yaml")
        let rows = ["name,address,answer", "Ada,w,0.1877", "Ben,w,a lot", "Cem,v,1", "Dan,w", "Eve,w,0,1877", "Fay,w,0.1877"]
        _ = try scratch.write(rows.joined(separator: "\n"), to: "class.csv")
        let run = try Run(["diagnose", lesson, "--answers", "class.csv"], in: scratch.folder)
        #expect(run.status == 1 && run.text.contains("2 of 4 have everything right"), "\(run.text)")
        for words in ["class.csv:3: \"a lot\" is no number", "class.csv:4: ", "class.csv:5: found 2 cells", "class.csv:6: found 4 cells"] {
            #expect(run.errors.contains(words), "\(words) in \(run.errors)")
        }
        #expect(run.text.components(separatedBy: "not read").count == 3, "\(run.text)")
    }

    @Test("A table without an answer is refused", arguments: ["", "name,address,answer\n", "name,address,answer\nAda,w,\n", "\n\n"])
    func noAnswers(table: String) throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson, to: "scalars.yaml")
        _ = try scratch.write(table, to: "class.csv")
        let run = try Run(["diagnose", lesson, "--answers", "class.csv"], in: scratch.folder)
        #expect(run.status == 66 && run.errors.contains("class.csv has no answers") && run.output.isEmpty, "\(run.errors)")
    }

    @Test(
        "What is no answer is refused with what was expected",
        arguments: [
            (["--answer", "w"], 64, "expected an address and a number"), (["--answer", "w=abc"], 64, "is no number"),
            (["--answer", "w=nan"], 64, "is no number"), (["--answer", "w=1e999"], 64, "is no number"),
            (["--answer", "w=1 2 - 3"], 64, "is no number"), (["--answer", "v=1"], 64, "there is no tensor"),
            (["--answer", "a=1"], 64, "is no parameter"), ([], 64, "expected --answer or --answers"),
            (["--answers", "none.csv"], 66, "cannot read none.csv"), (["--answer", "w=1", "--tolerance=-1"], 64, "a number from 0"),
            (["--answer", "w=1", "-f", "csv"], 64, "needs a class"),
        ] as [([String], Int32, String)])
    func refused(_ options: [String], status: Int32, words: String) throws {
        let scratch = try Scratch()
        let lesson = try scratch.write(Self.lesson, to: "scalars.yaml")
        let run = try Run(["diagnose", lesson] + options, in: scratch.folder)
        #expect(run.status == status && run.errors.contains(words), "\(run.errors)")
    }

    @Test(
        "Lessons of another implementation are diagnosed as it did",
        arguments: [
            "attention-1", "dropout-1", "expression-1", "mlp-1", "normalization-1", "recurrence-1", "residual-1", "steps-1",
        ])
    func reference(_ name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "BackstepTests/reference-mistakes")
        let cases = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: "\(name).diagnosis.json"))) as? [[String: Any]])
        #expect(!cases.isEmpty)
        for expected in cases {
            let arguments = try #require(expected["arguments"] as? [String])
            let run = try Run(["diagnose", folder.appending(path: "\(name).yaml").path, "--format", "json"] + arguments)
            #expect(Int(run.status) == expected["exit"] as? Int)
            #expect(try json(run)["answers"] as? NSArray == expected["answers"] as? NSArray, "\(arguments)")
        }
    }
}
