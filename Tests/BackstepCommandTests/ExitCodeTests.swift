import Foundation
import Testing

@Suite("Every failure has its exit code and its words", .waiting)
struct ExitCodeTests {
    struct Failure: CustomTestStringConvertible {
        let arguments: [String]
        let status: Int32
        /// Part of what is said.
        let says: String

        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(
        "What can't be done ends with its code",
        arguments: [
            Failure(arguments: ["trace"], status: 64, says: "lesson"),
            Failure(arguments: ["nonsense"], status: 64, says: "nonsense"),
            Failure(arguments: ["render", "two-by-two", "-f", "gif"], status: 64, says: "gif"),
            Failure(arguments: ["render", "two-by-two", "fork", "-o", "one.svg"], status: 64, says: "2 lessons"),
            Failure(arguments: ["render", "two-by-two", "-o", "x.svg", "-f", "png"], status: 64, says: "ends in .svg"),
            Failure(arguments: ["render", "two-by-two", "-o", "-"], status: 64, says: "one format"),
            Failure(arguments: ["render", "two-by-two", "--sample", "first"], status: 64, says: "--sample takes a number from 0, or mean"),
            Failure(arguments: ["render", "two-by-two", "--sample", "7"], status: 64, says: "outside the batch"),
            Failure(arguments: ["render", "fork", "--figure", "network"], status: 64, says: "expression"),
            Failure(arguments: ["render", "two-by-two", "--figure", "cell"], status: 64, says: "no recurrent layer"),
            Failure(arguments: ["paths", "two-by-two", "--of", "hiden[0,0]"], status: 64, says: "did you mean hidden?"),
            Failure(arguments: ["paths", "two-by-two", "--of", "hidden[0,9]"], status: 64, says: "[1, 2]"),
            Failure(arguments: ["paths", "two-by-two", "--of", "hidden[0,0"], status: 64, says: "TENSOR[i,j]"),
            Failure(arguments: ["paths", "two-by-two", "--of", "hidden[0,0]", "--top", "-1"], status: 64, says: "top"),
            Failure(arguments: ["trace", "two-by-two", "--products", "loss[0]"], status: 64, says: "single scalar"),
            Failure(arguments: ["steps", "two-by-two", "-o", "x", "--sample", "3"], status: 64, says: "outside the batch"),
            Failure(arguments: ["steps", "two-by-two", "-o", "x", "--at", "2"], status: 64, says: "takes 1 step; expected 1 to 1"),
            Failure(arguments: ["mistakes", "activations"], status: 65, says: "mistakes needs a network or an expression"),
            Failure(
                arguments: ["render", "two-by-two", "--mistake", "missing-skp"], status: 64,
                says: "accumulated-gradients; did you mean missing-skip?"),
            Failure(
                arguments: ["render", "two-by-two", "--mistake", "missing-skip"], status: 64,
                says: "missing-skip changes nothing in 04-two-by-two; expected missing-activation-derivative, derivative-at-output, "),
            Failure(arguments: ["render", "activations", "--mistake", "wrong-sign"], status: 64, says: "activations is an experiment"),
            Failure(
                arguments: ["render", "lstm-cell", "--figure", "cell", "--mistake", "overwrite-at-forks"], status: 64,
                says: "a mistake is drawn in a network or a graph, not in a cell"),
            Failure(arguments: ["steps", "two-by-two", "-o", "x", "--only", "hidden[a]"], status: 64, says: "names no units"),
            Failure(arguments: ["steps", "two-by-two", "-o", "x", "--only", "hiden"], status: 64, says: "did you mean hidden?"),
            Failure(arguments: ["steps", "two-by-two", "-o", "x", "--only", "hidden[7]"], status: 64, says: "a unit from 0 to 1"),
            Failure(arguments: ["check"], status: 64, says: "--figures"),
            Failure(arguments: ["check", "--figures", "/nowhere"], status: 66, says: "there is no folder /nowhere"),
            Failure(arguments: ["gallery", "/dev/null", "-o", "x"], status: 66, says: "is a file"),
            Failure(arguments: ["gallery", ".", "-o", "x"], status: 66, says: "no *.yaml files"),
            Failure(arguments: ["extract", "/"], status: 66, says: "is a folder"),
            Failure(arguments: ["trace", "gradient-decay"], status: 65, says: "experiment"),
            Failure(arguments: ["trace", "/nowhere.yaml"], status: 66, says: "/nowhere.yaml"),
            Failure(arguments: ["trace", "two-by-too"], status: 66, says: "did you mean"),
            Failure(arguments: ["trace", "/"], status: 66, says: "folder"),
            Failure(arguments: ["trace", "/proc/self/mem"], status: 66, says: "cannot read /proc/self/mem: Input/output error"),
            Failure(arguments: ["gallery", "/nowhere"], status: 66, says: "/nowhere"),
            Failure(arguments: ["render", "fork", "-o", "/dev/null/x"], status: 73, says: "/dev/null"),
            Failure(arguments: ["steps", "fork", "-o", "/proc/none"], status: 73, says: "/proc/none"),
        ])
    func failure(_ failure: Failure) throws {
        let scratch = try Scratch()
        let run = try Run(failure.arguments, in: scratch.folder)
        #expect(run.status == failure.status, "\(run.errors)")
        #expect(run.errors.contains(failure.says), "\(run.errors)")
        #expect(run.output.isEmpty, "data where there is none: \(run.text)")
        #expect(try scratch.files.isEmpty)
    }

    @Test("Every command with -o refuses an empty one, which would write to the root of the disk")
    func emptyOutput() throws {
        let scratch = try Scratch()
        let arguments = [
            "render": ["two-by-two"], "steps": ["two-by-two"], "worksheet": ["two-by-two"], "data": ["two-by-two"], "gallery": [],
            "watch": ["lesson.yaml"], "notes": ["page.md"], "extract": ["figure.svg"], "new": ["network"],
        ]
        let help = try Run("help").text
        let commands = help.split(separator: "\n").compactMap { $0.firstMatch(of: #/^  ([a-z]+)(?: |$)/#).map { String($0.1) } }
        #expect(commands.contains("render"), "\(help)")
        for command in commands where try Run("help", command).text.contains("-o, --output") {
            let run = try Run([command] + (try #require(arguments[command], "\(command) has -o")) + ["-o", ""], in: scratch.folder)
            #expect(run.status == 64 && run.errors.contains("-o is empty; expected a file or a folder"), "\(command): \(run.errors)")
        }
        let named = try Run("render", "two-by-two", "-f", "svg", "-o", "", in: scratch.folder)
        #expect(named.status == 64, "\(named.errors)")
        #expect(try scratch.files.isEmpty)
    }

    @Test(
        "What a lesson holds can be too much for what is asked of it",
        arguments: [
            (["render", "lesson.yaml", "-o", "fig.svg"], "lesson has 2 figures (network, graph); expected a folder for them"),
            (["render", "lesson.yaml", "-o", "-", "-f", "svg"], "lesson has 2 figures (network, graph); expected a folder for them"),
            (["steps", "lesson.yaml", "-o", "x", "--by", "weight"], "steps; expected at most 1000; try --by layer or --only"),
        ])
    func tooMuch(arguments: [String], says: String) throws {
        let scratch = try Scratch()
        _ = try scratch.write(
            """
            network: {input: 60, layers: [dense: 20, tanh, dense: 1]}
            data: {inputs: [[\((1...60).map { "0.\($0)" }.joined(separator: ", "))]], targets: [[1]]}
            loss: half-squared-error
            figures: [network, graph]
            """, to: "lesson.yaml")
        let run = try Run(arguments, in: scratch.folder)
        #expect(run.status == 64 && run.output.isEmpty)
        #expect(run.errors.contains(says), "\(run.errors)")
        #expect(try scratch.files == ["lesson.yaml"])
    }

    @Test("A lesson that makes a picture too long is told so at its place; a step-through shows it in windows")
    func tooLong() throws {
        let scratch = try Scratch()
        _ = try scratch.write(
            "title: t\nnetwork:\n  input: 1\n  layers:\n\(String(repeating: "    - dense: 1\n", count: 100))"
                + "data: {inputs: [[1]], targets: [[1]]}\nloss: half-squared-error\n", to: "lesson.yaml")
        let run = try Run("render", "lesson.yaml", "-o", "out/", in: scratch.folder)
        #expect(run.status == 65 && run.errors.hasPrefix("lesson.yaml:2:1: error: "), "\(run.errors)")
        #expect(run.errors.contains("expected at most 14,400 pt"), "\(run.errors)")
        #expect(try scratch.files == ["lesson.yaml"])
        let steps = try Run("steps", "lesson.yaml", "-o", "told", "-f", "svg", "-q", "--only", "dense50", in: scratch.folder)
        #expect(steps.status == 0, "\(steps.errors)")
    }

    @Test("What would take hours is refused at once, with its cost")
    func hours() throws {
        let scratch = try Scratch()
        _ = try scratch.write(
            "experiment:\n  kind: gradient-decay\n  depth: 2\n  width: 2000\n  batch: 1\n  seeds: 1000\n  variants:\n"
                + "    - {name: A, activation: relu, initializer: orthogonal}\n", to: "lesson.yaml")
        let run = try Run("data", "lesson.yaml", in: scratch.folder)
        #expect(run.status == 65 && run.errors.contains("32,016,010,000 products of the trace"), "\(run.errors)")
    }

    @Test("check ends with 1 where central differences do not confirm a gradient, and says which")
    func unconfirmed() throws {
        let scratch = try Scratch()
        // −1/x² is past what a number holds.
        let lesson = try scratch.write("expression: f = w + 1/x\nat: {w: 1, x: 1e-200}\n", to: "pole.yaml")
        let run = try Run("check", lesson)
        #expect(run.status == 1)
        #expect(
            run.text.hasPrefix("pole: 1 of 2 gradients disagree with central differences; worst at x: −∞ against "),
            "\(run.text)")
    }

    @Test("check says what lies at a kink and what at a tie")
    func conventions() throws {
        let scratch = try Scratch()
        let lesson = try scratch.write("expression: f = max(x, y) + abs(z)\nat: {x: 2, y: 2, z: 0}\n", to: "lesson.yaml")
        let run = try Run("check", lesson)
        #expect(run.status == 0)
        #expect(
            run.text == "lesson: 3 gradients agree with central differences; 3 at a kink, where derivatives are a convention; "
                + "t2 is at a kink; t1 is at a tie\n", "\(run.text)")
        let pooled = try scratch.write(
            "network:\n  input: [1, 2, 2]\n  layers: [max-pool, flatten, {dense: {units: 2, weight: [[1], [1]], bias: [-2, 0]}}, relu]\n"
                + "data: {inputs: [[[[2, 2], [1, 0]]]], targets: [[1, 1]]}\nloss: half-squared-error\n", to: "pooled.yaml")
        let other = try Run("check", pooled)
        #expect(other.status == 0 && other.text.hasSuffix("; relu1[0,0] is at a kink; max-pool1[0,0,0,0] is at a tie\n"), "\(other.text)")
    }

    @Test(
        "check does not count as agreement what a difference cannot see, and says so",
        arguments: [
            (
                "f = x + y", "{x: 1e20, y: 1}",
                "lesson: 1 of 2 gradients agrees with central differences; farthest at x: 1 against 1; "
                    + "1 not compared, hidden from a difference by rounding on the way to the result: y\n"
            ),
            (
                "f = w + sin(1e15 * x)", "{w: 1, x: 0.3}",
                "lesson: 1 of 2 gradients agrees with central differences; farthest at w: 1 against 1; "
                    + "1 not compared, too steep for a difference to follow: x\n"
            ),
            ("f = 1/x", "{x: 1e-100}", "lesson: 1 gradient agrees with central differences; farthest at x: "),
        ])
    func unseen(_ expression: String, _ at: String, _ says: String) throws {
        let scratch = try Scratch()
        let run = try Run("check", try scratch.write("expression: \(expression)\nat: \(at)\n", to: "lesson.yaml"))
        #expect(run.status == 0 && run.text.hasPrefix(says), "\(run.text)\(run.errors)")
    }

    @Test("Every finding of a bad lesson is told with its place, its line and a caret")
    func badLesson() throws {
        let scratch = try Scratch()
        let path = try scratch.write(
            """
            network:
              input: 2
              layers:
                - dense: {unit: 2}
            data: {inputs: [[1, 1e400]], targets: [[1, 2]]}
            loss: squared

            """, to: "bad.yaml")
        let run = try Run("check", path)
        #expect(run.status == 65)
        let lines = run.errors.split(separator: "\n").map(String.init)
        #expect(lines.filter { $0.contains(": error: ") }.count == 3, "\(run.errors)")
        #expect(lines.first?.hasPrefix("\(path):4:15: error: unknown key \"unit\"") == true, "\(run.errors)")
        #expect(lines.contains("    - dense: {unit: 2}"))
        #expect(lines.contains("              ^"))
    }

    @Test("A run that fails leaves the old file as it was")
    func oldFileStays() throws {
        let scratch = try Scratch()
        let lesson = try scratch.write("expression: f = x +\nat: {x: 1}\n", to: "bad.yaml")
        let target = try scratch.write("old", to: "fig.svg")
        let run = try Run("render", lesson, "-o", target)
        #expect(run.status == 65)
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "old")
        #expect(try scratch.files == ["bad.yaml", "fig.svg"])
    }
}
