import CairoBackend
import Drawing
import Experiments
import Lessons
import Testing

@testable import Backstep

/// What must hold of the bundled figures of untrained networks and functions together.
@Suite("The gallery of untrained networks")
struct UntrainedGalleryTests {
    private static let lessons: [BundledLessons.Entry] = BundledLessons.all.filter { entry in
        guard let file = try? LessonFile(entry), case .experiment(let experiment) = file.lesson.subject else { return false }
        return switch experiment {
        case .gradientDecay, .signalSpread, .roundTrip, .gradientThroughTime, .pathLengths, .activations, .singularValues,
            .normalizationAxes,
            .chainRule, .shatteredGradients:
            true
        case .trajectory, .clipping, .training, .covariateShift, .fit: false
        }
    }

    private static func pictures(_ file: LessonFile) throws -> [Picture] {
        try file.pictures(Press(try FontBook(preferring: .fallback)), PictureOptions(), of: file.lesson.measured()).map(\.picture)
    }

    @Test(
        "A headline has at most 90 characters and keeps its words with three times as many seeds; one thing has one colour, what nothing was done to is drawn solid; every axis with ticks has two or more",
        arguments: lessons)
    func gallery(_ entry: BundledLessons.Entry) throws {
        let file = try LessonFile(entry)
        let pictures = try Self.pictures(file)
        for picture in pictures {
            #expect(picture.title.count <= 90, "\(picture.title)")
            check(colors: picture)
            check(axes: picture)
        }
        let text = file.lesson.source.text
        // Runs of sixty-four seeds would take longer than they tell.
        guard let seeds = text.firstMatch(of: #/seeds: ([0-9]+)/#), let count = Int(seeds.1), count * 3 <= 64 else { return }
        let many = try LessonFile(yaml: text.replacing(#/seeds: [0-9]+/#, with: "seeds: \(3 * count)"), name: file.name)
        #expect(try Self.pictures(many).map(\.title) == pictures.map(\.title))
    }

    /// Of names that mean one thing in all bundled lessons.
    private static let looks: [String: Paint] = [
        "Sigmoid": .series(0), "Tanh": .series(1), "ReLU": .series(2), "Swish": .series(3), "too small": .series(0), "Xavier": .series(1),
        "He": .series(2), "too large": .series(3), "plain": .series(4), "Plain": .series(4), "RNN": .series(4), "batch norm": .series(1),
        "Batch norm": .series(1), "layer norm": .series(2), "group norm": .series(3), "residual": .series(3), "Residual": .series(3),
        "Scaled": .series(1),
    ]

    private func check(colors picture: Picture) {
        for (name, stroke) in Self.lines(in: picture.content) {
            guard let paint = Self.looks[name] else { continue }
            #expect(stroke.color == paint, "\(name)")
            if paint == .series(4) { #expect(stroke.dash.isEmpty, "\(name)") }
        }
    }

    /// The lines of series, by name.
    private static func lines(in list: DisplayList) -> [(name: String, stroke: Stroke)] {
        list.items.flatMap { item -> [(String, Stroke)] in
            guard case .group(let group, let inside) = item else { return [] }
            guard group.kind == .series else { return lines(in: DisplayList(items: inside)) }
            let stroke = inside.lazy.compactMap { item in if case .stroke(_, let stroke) = item { stroke } else { nil } }.first
            return stroke.map { [(group.name, $0)] } ?? []
        }
    }

    private func check(axes picture: Picture) {
        for texts in Self.axes(in: picture.content) {
            let numbers = texts.filter { $0.first.map { $0.isNumber || $0 == "−" } ?? false }
            #expect(texts.isEmpty || numbers.count != 1, "\(texts)")
        }
    }

    /// What is written along each axis.
    private static func axes(in list: DisplayList) -> [[String]] {
        list.items.flatMap { item -> [[String]] in
            guard case .group(let group, let inside) = item else { return [] }
            let list = DisplayList(items: inside)
            return group.kind == .axis ? [list.textRuns.map(\.run.text)] : axes(in: list)
        }
    }
}
