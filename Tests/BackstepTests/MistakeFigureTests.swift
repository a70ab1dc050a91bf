import CairoBackend
import Drawing
import Foundation
import Lessons
import NeuralNetworks
import Testing

@testable import Backstep

/// A bundled lesson with a mistake, and how its picture calculates the first number that comes out wrong.
struct MistakeLesson: CustomTestStringConvertible, Sendable {
    let name: String
    let right, wrong: String

    var testDescription: String { name }

    static let all = [
        MistakeLesson(name: "mistake-activation-derivative", right: "∂L/∂z₁ = 0.6 × 0.25 = 0.15", wrong: "∂L/∂z₁ = 0.6 × 1 = 0.6"),
        MistakeLesson(
            name: "mistake-skip", right: "∂L/∂z₁ = 1 × 0.25 + 1 × 1 = 1.25", wrong: "∂L/∂z₁ = 1 × 0.25 = 0.25, without 1 × 1"),
        MistakeLesson(
            name: "mistake-transpose", right: "∂L/∂z₁ = −0.625 × 0.5 + 0.75 × 2 = 1.1875",
            wrong: "∂L/∂z₁ = −0.625 × 0.5 + 0.75 × (−1.5) = −1.4375"),
        MistakeLesson(name: "mistake-two", right: "∂L/∂y₁ = 2 × (0.25 − 1) = −1.5", wrong: "∂L/∂y₁ = 0.25 − 1 = −0.75"),
        MistakeLesson(name: "mistake-dropout", right: "∂L/∂z₁ = 0.25 × 2 = 0.5", wrong: "∂L/∂z₁ = 0.25 × 1 = 0.25"),
        MistakeLesson(name: "mistake-sign", right: "w₁ ← 0.5 − 0.1 × (−1.5) = 0.65", wrong: "w₁ ← 0.5 + 0.1 × (−1.5) = 0.35"),
        MistakeLesson(name: "mistake-early-update", right: "∂L/∂z₁ = −2.5 × 0.5 = −1.25", wrong: "∂L/∂z₁ = −2.5 × 0.75 = −1.875"),
        MistakeLesson(name: "mistake-zero-grad", right: "∂L/∂b₁ = −0.5625", wrong: "∂L/∂b₁ = −0.75 + (−0.5625) = −1.3125"),
    ]
}

@Suite("Pictures of mistakes")
struct MistakeFigureTests {
    static let lessons = BundledLessons.all.filter { $0.name.contains("mistake") }

    private static func picture(_ lesson: BundledLessons.Entry) throws -> Picture {
        try #require(try LessonFile(lesson).pictures(Press(FontBook(preferring: .fallback))).first?.picture)
    }

    @Test("There is a lesson for every kind of mistake")
    func kinds() throws {
        let kinds = try Self.lessons.map { try LessonFile($0).lesson.mistake }
        #expect(Set(kinds) == Set(Mistake.allCases) && kinds.count == Mistake.allCases.count)
    }

    @Test("The first wrong number is calculated as it should be, and as the mistake does", arguments: MistakeLesson.all)
    func calculations(_ lesson: MistakeLesson) throws {
        let entry = try #require(BundledLessons.entry(named: lesson.name))
        let lines = try Self.picture(entry).description.split(separator: "\n").map(String.init)
        #expect(lines.contains("Right: \(lesson.right)."))
        #expect(lines.contains("Wrong: \(lesson.wrong)."))
    }

    @Test("Whoever redoes a calculation with the printed numbers gets the printed result", arguments: lessons)
    func arithmetic(_ lesson: BundledLessons.Entry) throws {
        for line in try Self.picture(lesson).description.split(separator: "\n") {
            guard line.hasPrefix("Right: ") || line.hasPrefix("Wrong: ") else { continue }
            let sides = line.dropLast().split(separator: ", without")[0].split(separator: /[=←]/)
            guard sides.count == 3 else { continue }
            let digits = sides[2].filter { $0 != " " }
            var calculator = Calculator(sides[1])
            let sum = calculator.sum()
            let found = try #require(sum, "\(line)")
            let printed = try #require(Double(digits.replacing("−", with: "-")))
            let decimals = digits.split(separator: ".").dropFirst().first?.count ?? 0
            #expect(abs(found - printed) <= 0.5 * pow(10, -Double(decimals)) + 1e-12, "\(line)")
        }
    }

    @Test("Edges with the same gradient are as wide in both pictures", arguments: lessons)
    func widths(_ lesson: BundledLessons.Entry) throws {
        var widths: [String: [Double]] = [:]
        for (group, width) in try Self.picture(lesson).content.items.edgeWidths where group.words.contains("gradient") {
            widths[group.words.replacing(/^(right|wrong)\W*/, with: ""), default: []].append(width)
        }
        for (words, found) in widths { #expect(Set(found).count == 1, "\(words): \(found)") }
    }

    @Test(
        "The key says which number of the headline is tinted, and nothing is said of the loss after one of the two updates",
        arguments: [
            ("mistake-sign", "Tinted: the new value in the headline."), ("mistake-early-update", "Tinted: the gradient of the headline."),
            ("mistake-fork", nil),
        ])
    func tint(name: String, key: String?) throws {
        let lines = try Self.picture(try #require(BundledLessons.entry(named: name))).description.split(separator: "\n").map(String.init)
        #expect(lines.first { $0.hasPrefix("Tinted: ") } == key)
        #expect(!lines.contains { $0.contains("after it the loss") })
    }

    @Test("A headline has at most 90 characters", arguments: lessons)
    func headlines(_ lesson: BundledLessons.Entry) throws {
        #expect(try Self.picture(lesson).title.count <= 90)
    }

    @Test("Where mean and variance are taken for constants, the lines across are marked in the wrong picture, and each unit's own is not")
    func statistics() throws {
        let picture = try Self.picture(try #require(BundledLessons.entry(named: "mistake-statistics")))
        let links = picture.content.groups.filter { $0.kind == .edge && $0.words.contains("from scores") }
        let across = links.filter { $0.words.hasSuffix(", through mean and variance") }
        #expect(links.count == 18 && across.count == 12)
        for link in links {
            #expect(link.isHighlighted == (link.words.hasPrefix("wrong") && across.contains { $0.words == link.words }), "\(link.words)")
        }
        let lines = picture.description.split(separator: "\n")
        #expect(lines.contains("Thin lines across: through mean and variance, each output depends on all units of its group."))
        #expect(lines.contains("Dotted: where the mistake is made: nothing comes back through mean and variance."))
        let yaml = """
            mistake: constant-statistics
            figures: [network]
            network:
              input: 1
              layers:
                - dense: {units: 3, weight: [[1], [1], [2]], bias: [0, 1, 2]}
                - rms-norm: {}
            data: {inputs: [[1]], targets: [[0, 0, 2]]}
            loss: half-squared-error
            """
        let told = try LessonFile(yaml: yaml, name: "rms").pictures(Press(try FontBook()), PictureOptions())[0].picture.description
        #expect(told.contains("Dotted: where the mistake is made: nothing comes back through the mean square."), "\(told)")
    }

    @Test("What the mistake leaves out is crossed out in the wrong picture only", arguments: lessons)
    func crossings(_ lesson: BundledLessons.Entry) throws {
        let groups = try Self.picture(lesson).content.groups
        let crossed = groups.filter { $0.kind == .mark && $0.words.hasSuffix("crossed out") }
        let leavesOut: [Mistake] = [.overwriteAtForks, .missingSkip, .constantStatistics, .softmaxElementwise]
        #expect(try crossed.isEmpty != leavesOut.contains(#require(try LessonFile(lesson).lesson.mistake)))
        #expect(!crossed.contains { $0.words.hasPrefix("right") })
    }
}

extension [DisplayList.Item] {
    /// The widths of the first lines of all edges.
    fileprivate var edgeWidths: [(group: Group, width: Double)] {
        flatMap { item -> [(group: Group, width: Double)] in
            guard case .group(let group, let inside) = item else { return [] }
            guard group.kind == .edge else { return inside.edgeWidths }
            for case .stroke(_, let stroke) in inside { return [(group, stroke.width)] }
            return []
        }
    }
}

/// Sums of products of numbers and parentheses, as a reader calculates them.
private struct Calculator {
    private var rest: Substring

    init(_ text: Substring) { rest = Substring(text.filter { $0 != " " && $0 != "\u{2009}" }) }

    mutating func sum() -> Double? {
        guard var total = product() else { return nil }
        while let sign = rest.first, sign == "+" || sign == "−" {
            rest.removeFirst()
            guard let term = product() else { return nil }
            total += sign == "+" ? term : -term
        }
        return total
    }

    private mutating func product() -> Double? {
        guard var total = factor() else { return nil }
        while let sign = rest.first, sign == "×" || sign == "/" {
            rest.removeFirst()
            guard let next = factor() else { return nil }
            total = sign == "×" ? total * next : total / next
        }
        return total
    }

    private mutating func factor() -> Double? {
        if rest.first == "−" {
            rest.removeFirst()
            return factor().map { -$0 }
        }
        if rest.first == "(" {
            rest.removeFirst()
            defer { if rest.first == ")" { rest.removeFirst() } }
            return sum()
        }
        let digits = rest.prefix { $0.isNumber || $0 == "." }
        rest = rest.dropFirst(digits.count)
        return Double(digits)
    }
}
