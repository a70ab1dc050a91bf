import Autodiff
import CairoBackend
import Drawing
import Experiments
import Foundation
import Lessons
import NeuralNetworks
import PageChecks
import Testing
import Traces

@testable import Backstep

extension BundledLessons.Entry: CustomTestStringConvertible {
    public var testDescription: String { name }
}

/// Each lesson is run once; its figures are then drawn in every look from what was found.
@Suite("Every bundled figure")
struct BundledFigureTests {
    /// Both sets of fonts and every theme: colours move nothing, and fonts change no colour.
    static let looks: [(fonts: FontBook.Preference, theme: ThemeName)] =
        isUnderSanitizer ? [(.fallback, .dark)] : [(.installed, .light), (.fallback, .dark), (.installed, .print)]

    /// Other looks and widths take the same ways through memory, each many times slower than without; set by Tests/Sanitizers/run.
    private static let isUnderSanitizer = ProcessInfo.processInfo.environment["BACKSTEP_UNDER_SANITIZER"] != nil

    @Test(
        "Labels stay on the page, apart, clear of lines and at 7 pt or more; texts and lines stand out from what is behind them, in grey too",
        arguments: BundledLessons.all)
    func faults(of entry: BundledLessons.Entry) throws {
        let file = try Self.affordable(LessonFile(entry))
        let measured = try file.lesson.measured()
        for look in Self.looks {
            let press = Press(try FontBook(preferring: look.fonts))
            var options = PictureOptions()
            options.theme = look.theme
            for named in try file.pictures(press, options, of: measured) {
                let checks = PageChecks(named.picture, press.measurer)
                #expect(checks.layoutFaults == [], "\(named.name ?? entry.name), \(look)")
                #expect(checks.colorFaults == [], "\(named.name ?? entry.name), \(look)")
                let picture = named.picture
                let words = picture.content.textRuns.map(\.run.text) + [picture.title, picture.alternative, picture.description]
                #expect(!words.contains { $0.contains("'") }, "a straight apostrophe in \(named.name ?? entry.name)")
                let groups = picture.content.groups
                #expect(groups.contains { [.node, .wire, .panel].contains($0.kind) }, "\(named.name ?? entry.name)")
                for group in groups { #expect(!group.words.isEmpty, "\(named.name ?? entry.name): \(group)") }
            }
        }
    }

    @Test("At every page's width the labels stay so, or an error names the least width, at which they do", arguments: BundledLessons.all)
    func widths(of entry: BundledLessons.Entry) throws {
        let file = try Self.affordable(LessonFile(entry))
        let measured = try file.lesson.measured()
        let press = Press(try FontBook())
        // Columns of journals, the text of a page, a slide.
        var widths: Set<Double> = Self.isUnderSanitizer ? [234] : measured == nil ? [234, 252, 396, 454] : [218, 234, 252, 396, 454]
        while let width = widths.popFirst() {
            var options = PictureOptions()
            options.width = try #require(TextWidth(points: width) as TextWidth?)
            do {
                for named in try file.pictures(press, options, of: measured) {
                    #expect(abs(named.picture.size.width - width) <= 0.5)
                    #expect(PageChecks(named.picture, press.measurer).layoutFaults == [], "\(named.name ?? entry.name) at \(width) pt")
                }
            } catch {
                let least = try #require(error.description.firstMatch(of: #/expected at least (\d+) pt/#), "\(error)")
                let named = try #require(Double(least.1))
                #expect(named > width)
                // These have many things side by side; all else has room on the columns of journals.
                let wide = ["batch-normalization", "lstm-cell", "chain-of-units", "gru-cell"]
                #expect(width < 230 || wide.contains(String(entry.name.dropFirst(3))), "\(error)")
                if named <= 600 { widths.insert(named) }
            }
        }
    }

    /// Those that have come out higher than a page.
    private static let high = [
        "batch-normalization", "convolution", "lstm-cell", "gru-cell", "clipping", "shattered-gradients", "covariate-shift", "optimizers",
        "mistake-skip", "mistake-statistics", "mistake-softmax", "mistake-dropout", "deep-sigmoid", "resnet-start", "warm-up",
    ].compactMap(BundledLessons.entry)

    @Test("At the width of an A4 page’s text, pictures of many parts are no higher than that text", arguments: high)
    func pageHeight(of entry: BundledLessons.Entry) throws {
        let file = try Self.affordable(LessonFile(entry))
        var options = PictureOptions()
        options.width = try #require(TextWidth(points: 453.5) as TextWidth?)
        // An LSTM's graph of operations is a strip that goes on, one time step after the other.
        for named in try file.pictures(Press(try FontBook()), options) where named.name != "graph" {
            #expect(named.picture.size.height <= 698, "\(named.name ?? entry.name)")
        }
    }

    @Test("At that width, the pictures of attention are no higher than 800 pt", arguments: ["attention", "transformer-block"])
    func attentionHeight(name: String) throws {
        let file = try LessonFile(try #require(BundledLessons.entry(named: name)))
        var options = PictureOptions()
        options.width = try #require(TextWidth(points: 453.5) as TextWidth?)
        for named in try file.pictures(Press(try FontBook()), options) {
            #expect(named.picture.size.height <= 800, "\(named.name ?? name)")
        }
    }

    /// Lessons of graphs, networks and cells.
    private static let traced = [
        "chain-rule", "fork", "sigmoid-neuron", "two-by-two", "two-by-two-relu", "residual-block", "batch-normalization", "lstm-cell",
    ].compactMap(BundledLessons.entry)

    @Test(
        "A picture of a trace has one margin, and one face for its numbers",
        arguments: traced + [BundledLessons.entry(named: "gru-cell")!])
    func faces(of entry: BundledLessons.Entry) throws {
        for named in try LessonFile(entry).pictures(try Press()) {
            let runs = named.picture.content.textRuns.map(\.run)
            #expect(runs.first?.origin.x == 16)
            let numbers = runs.filter { $0.text.wholeMatch(of: #/[−]?\d+\.\d+/#) != nil }
            // Some pictures have whole numbers alone.
            #expect(Set(numbers.map(\.font.family)).count <= 1, "\(named.name ?? entry.name): \(numbers.map(\.text))")
        }
    }

    @Test("No name that was made up for a layer stands in a network's picture", arguments: BundledLessons.all)
    func madeUpNames(of entry: BundledLessons.Entry) throws {
        let file = try LessonFile(entry)
        guard let lowered = try file.lesson.trace()?.lowered else { return }
        let madeUp = lowered.layers.map(\.layer).filter { $0.heading != $0.name }.map(\.name)
        for named in try file.pictures(try Press()) {
            let runs = named.picture.content.textRuns.map(\.run)
            for name in madeUp { #expect(!runs.contains { $0.text.contains(name) }, "\(name)") }
        }
    }

    @Test(
        "A figure is as high as it is asked to be, its type at 7 pt or more, or an error names the least height",
        arguments: traced)
    func heights(of entry: BundledLessons.Entry) throws {
        let file = try LessonFile(entry)
        let press = Press(try FontBook())
        let natural = try file.pictures(press)
        for height in [1200.0, 480] {
            var options = PictureOptions()
            options.height = try #require(TextWidth(points: height) as TextWidth?)
            do {
                for (named, usual) in zip(try file.pictures(press, options), natural) {
                    #expect(named.picture.size.height == height && named.picture.size.width <= usual.picture.size.width)
                    #expect(PageChecks(named.picture, press.measurer).layoutFaults == [], "\(named.name ?? entry.name) at \(height) pt")
                }
            } catch {
                let least = try #require(error.description.firstMatch(of: #/expected at least (\d+) pt/#), "\(error)")
                #expect(try #require(Double(least.1)) > height)
            }
        }
    }

    @Test("Where a figure has no room, it is drawn as narrow as its type allows, and the warning says how much it is scaled")
    func widened() throws {
        let file = try LessonFile("13-lstm-cell")
        let press = Press(try FontBook())
        var options = PictureOptions()
        options.width = try #require(TextWidth(points: 344) as TextWidth?)
        let (drawn, refusals) = try file.fitting(press, options, of: nil)
        let least = try refusals.map { error in
            try #require(error.description.firstMatch(of: #/expected at least (\d+) pt/#).flatMap { Double($0.1) }, "\(error)")
        }
        #expect(drawn.count + refusals.count == 2 && !refusals.isEmpty)
        #expect(throws: refusals[0]) { _ = try file.pictures(press, options) }
        let pictures = try file.pictures(press, options, orWider: true)
        let wide = pictures.map(\.picture.size.width).filter { $0 > 344.5 }
        #expect(pictures.count == 2 && wide.map { $0.rounded(.up) } == least)
        let warnings = file.warnings(ofWidthIn: pictures, options)
        #expect(warnings.count == wide.count, "\(warnings)")
        for (warning, least) in zip(warnings, least) {
            #expect(warning.contains("warning: it needs \(Int(least)) pt"), "\(warning)")
            #expect(warning.contains("scaled to \(Int(34_400 / least)) %"), "\(warning)")
        }
        #expect(file.warnings(ofWidthIn: try file.pictures(press), PictureOptions()).isEmpty)
    }

    /// What takes long is run over two seeds and at most sixty steps, which changes its numbers and not what is drawn of them; with
    /// BACKSTEP_AS_WRITTEN, as written.
    private static func affordable(_ file: LessonFile) throws -> LessonFile {
        guard case .experiment(let experiment) = file.lesson.subject, ProcessInfo.processInfo.environment["BACKSTEP_AS_WRITTEN"] == nil,
            try experiment.measurement.cost().products > 20_000_000
        else { return file }
        let text = file.lesson.source.text.replacing(#/seeds: [0-9]+/#, with: "seeds: 2").replacing(#/steps: [0-9]{3,}/#, with: "steps: 60")
            .replacing(#/epochs: [0-9]+/#, with: "epochs: 2").replacing(#/starts: [0-9]+/#, with: "starts: 8")
        return try LessonFile(yaml: text, name: file.name)
    }
}
