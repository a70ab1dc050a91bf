import CairoBackend
import Drawing
import Experiments
import Foundation
import Notation
import PageChecks
import Plotting
import Testing

@testable import ExperimentFigures
@testable import Recordings

/// Recorded runs drawn, of few and many layers and steps, with numbers that are none and parts that are absent.
@Suite("Figures of recordings")
struct RecordingFigureTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        var title: String
        var runs: [RecordedLesson.Run]
        var testDescription: String { title }
    }

    /// - Parameter value: nil for what is absent.
    static func recording(
        layers: Int, steps: Int, names: (Int) -> String = { "layer\($0 / 2).\($0 % 2 == 0 ? "conv" : "relu")" },
        loss: (Int) -> Double? = { 2 / Double($0 + 1) }, value: (Recording.Quantity, _ layer: Int, _ step: Int) -> Double?
    ) -> Recording {
        var recording = Recording(
            layers: (0..<layers).map { .init(name: names($0), kind: $0 % 2 == 0 ? "Conv2d" : "ReLU") }, framework: "pytorch 2.15",
            model: "Net")
        for step in 0..<steps {
            let numbers = (0..<layers).flatMap { layer in
                Recording.Quantity.allCases.map { value($0, layer, step) ?? Recording.absent }
            }
            recording.append(step: 10 * step, loss: loss(step) ?? Recording.absent, numbers: numbers)
        }
        return recording
    }

    static func usual(_ quantity: Recording.Quantity, _ layer: Int, _ step: Int) -> Double? {
        let wave = 1 + 0.5 * sin(Double(7 * layer + 3 * step))
        switch quantity {
        case .activationSize: return wave
        case .activationZeros: return layer % 2 == 0 ? 0 : 0.3 * wave
        case .gradientNorm: return 0.02 * wave * pow(0.9, Double(layer))
        case .gradientZeros: return 0.1
        case .weightNorm, .weightGradient: return layer % 2 == 0 ? wave : nil
        case .weightUpdate: return layer % 2 == 0 ? 0.002 * wave : nil
        }
    }

    @Test("What a recording says of its run's set-up stands on its page; what several have in common once")
    func setup() throws {
        func page(_ setups: [String?]) throws -> String {
            let runs = setups.enumerated().map { index, setup in
                var recording = Self.recording(layers: 3, steps: 4, value: Self.usual)
                recording.setup = setup
                return Self.run("run \(index)", recording)
            }
            let figures = recordingFigures(
                RecordedLesson(runs: runs), title: nil, measurer: CairoTextMeasurer(try FontBook()), pageWidth: nil)
            return figures[0].picture.content.textRuns.map(\.run.text).joined(separator: " ").split(separator: " ").joined(separator: " ")
        }
        #expect(try page(["SGD, rate 0.1."]).contains("0 to 30. SGD, rate 0.1."))
        #expect(try !page([nil]).contains("SGD"))
        #expect(try page(["SGD", "SGD"]).contains("Each run: SGD."))
        #expect(try page(["SGD", "Adam"]).contains("run 0: SGD. run 1: Adam."))
        #expect(try page(["SGD", nil]).contains("run 0: SGD."))
    }

    static func run(_ name: String, _ recording: Recording) -> RecordedLesson.Run { .init(name: name, recording: recording) }

    static let samples: [Sample] = [
        Sample(title: "A small run", runs: [run("plain", recording(layers: 6, steps: 30, value: usual))]),
        Sample(
            title: "A run without shares of zeros",
            runs: [run("dense", recording(layers: 6, steps: 30) { $0 == .activationZeros ? nil : usual($0, $1, $2) })]),
        Sample(title: "One step", runs: [run("plain", recording(layers: 3, steps: 1, value: usual))]),
        Sample(title: "One layer", runs: [run("plain", recording(layers: 1, steps: 9, value: usual))]),
        Sample(title: "A large run", runs: [run("large", recording(layers: 60, steps: 500, value: usual))]),
        Sample(
            title: "A run that is lost",
            runs: [
                run(
                    "lost",
                    recording(layers: 6, steps: 30, loss: { $0 < 20 ? pow(3, Double($0)) : .nan }) { quantity, layer, step in
                        step < 20 ? usual(quantity, layer, step) : step < 22 ? (quantity == .activationZeros ? 1 : .infinity) : .nan
                    })
            ]),
        Sample(
            title: "Zeros and what is absent",
            runs: [
                run(
                    "zeros",
                    recording(layers: 6, steps: 12, loss: { _ in nil }) { quantity, layer, step in
                        layer < 2 ? (quantity == .activationZeros ? 1 : 0) : step % 3 == 0 ? nil : usual(quantity, layer, step)
                    })
            ]),
        Sample(title: "Nothing but a loss", runs: [run("loss", recording(layers: 2, steps: 5) { _, _, _ in nil })]),
        Sample(title: "Nothing at all", runs: [run("none", recording(layers: 2, steps: 5, loss: { _ in nil }) { _, _, _ in nil })]),
        Sample(
            title: "Long names and odd signs",
            runs: [
                run(
                    "names",
                    recording(layers: 8, steps: 20, names: { "encoder.layers.\($0).self_attention.\u{202E}out_proj<&>" }) {
                        quantity, layer, step in
                        quantity == .gradientNorm ? pow(10, Double(layer - 8)) : usual(quantity, layer, step)
                    })
            ]),
        Sample(
            title: "Two runs",
            runs: [
                run(
                    "plain",
                    recording(layers: 6, steps: 30) { quantity, layer, step in
                        quantity == .gradientNorm ? pow(10, Double(layer - 8)) : usual(quantity, layer, step)
                    }), run("clipped", recording(layers: 6, steps: 20, value: usual)),
            ]),
        Sample(
            title: "Two runs, one without weights, one with a layer that stops",
            runs: [
                run(
                    "plain",
                    recording(layers: 6, steps: 30) { quantity, layer, step in
                        quantity == .weightUpdate && step > 20 && layer == 0 ? 0 : usual(quantity, layer, step)
                    }),
                run(
                    "bare",
                    recording(layers: 6, steps: 20) { quantity, layer, step in
                        [.weightNorm, .weightUpdate].contains(quantity) ? nil : usual(quantity, layer, step)
                    }),
            ]),
        Sample(
            title: "Six runs",
            runs: (1...6).map { number in
                run("a name of a run that is long, \(number)", recording(layers: 4, steps: 3 * number, value: usual))
            }),
    ]

    private func figures(_ sample: Sample, _ measurer: any TextMeasuring, width: Double? = nil, steps: [Int] = []) -> [ExperimentFigure] {
        recordingFigures(
            RecordedLesson(runs: sample.runs, figures: RecordingFigure.allCases, steps: steps), title: "The topic", measurer: measurer,
            pageWidth: width)
    }

    @Test("Labels stay on the page, never overlap and are 7 pt or larger; headlines have at most 90 characters", arguments: samples)
    func layout(_ sample: Sample) throws {
        for preference in [FontBook.Preference.installed, .fallback] {
            let measurer = CairoTextMeasurer(try FontBook(preferring: preference))
            for figure in figures(sample, measurer) {
                #expect(PageChecks(figure.picture, measurer).layoutFaults == [], "\(figure.name ?? "")")
                #expect(PageChecks(figure.picture, measurer).colorFaults == [], "\(figure.name ?? "")")
                #expect(!figure.picture.title.isEmpty && figure.picture.title.count <= 90, "\(figure.picture.title)")
                #expect(figure.picture.alternative.contains(figure.picture.title) && !figure.picture.description.isEmpty)
            }
        }
    }

    @Test("So they do on narrow pages, whose width the figures keep to", arguments: samples, [270.0, 396])
    func narrow(_ sample: Sample, width: Double) throws {
        let measurer = CairoTextMeasurer(try FontBook())
        for figure in figures(sample, measurer, width: width) {
            #expect(abs(figure.picture.size.width - width) < 0.01, "\(figure.name ?? "")")
            #expect(PageChecks(figure.picture, measurer).layoutFaults == [], "\(figure.name ?? "")")
        }
    }

    @Test("The headline is the verdict, of several runs each one's") func headlines() throws {
        func headline(_ title: String) throws -> String {
            let sample = try #require(Self.samples.first { $0.title == title })
            return RecordingDrawing(RecordedLesson(runs: sample.runs)).headline
        }
        #expect(try headline("A small run") == "Nothing to worry about: the loss falls from 2 to 0.0667 in 290 steps")
        #expect(try headline("A run that is lost") == "Diverged: the loss is NaN at step 200")
        #expect(
            try headline("Long names and odd signs")
                == "Vanishing: gradient 10⁵× smaller at e.l.0.s.\u{FFFD}out_proj<&>, step 0")
        #expect(try headline("Two runs") == "plain: the gradient vanishes at layer0.conv; clipped: nothing to worry about")
    }

    @Test("A loss that still jumps at the end is said to end between two numbers, not at a lucky one") func unsettled() {
        func verdict(_ losses: [Double]) -> String {
            let recording = Self.recording(layers: 6, steps: losses.count, loss: { losses[$0] }, value: Self.usual)
            return ToldRun(recording, RunDiagnosis(of: recording)).verdict
        }
        let falling = (0..<20).map { 2 * pow(0.8, Double($0)) }
        #expect(verdict(falling).hasSuffix("the loss falls from 2 to 0.0288 in 190 steps"), "\(verdict(falling))")
        let jumping = falling.dropLast(4) + [0.07, 0.2, 0.1, 0.01]
        #expect(
            verdict(Array(jumping)).hasSuffix("the loss falls from 2 to between 0.01 and 0.2 in 190 steps"), "\(verdict(Array(jumping)))")
    }

    @Test("Losses that are medians are told with about, and of how many steps; a single step's is the curve's end") func medians() {
        func told(_ steps: Int) -> ToldRun {
            let recording = Self.recording(layers: 6, steps: steps, loss: { 2 * pow(0.98, Double($0)) }, value: Self.usual)
            return ToldRun(recording, RunDiagnosis(of: recording))
        }
        // A twentieth of 59 steps would be two, whose median is neither.
        #expect(told(59).verdict.hasSuffix("the loss falls from 2 to 0.620 in 580 steps"), "\(told(59).verdict)")
        #expect(told(59).noteOnLosses == nil)
        #expect(told(60).verdict.hasSuffix("the loss falls from about 2.0 to about 0.62 in 590 steps"), "\(told(60).verdict)")
        #expect(told(60).noteOnLosses == "The loss at the beginning and at the end: each the median of 3 recorded steps.")
    }

    @Test("A loss that jumps is told with its step, unless it is small beside the beginning", arguments: [(8, true), (16, false)])
    func jump(at row: Int, isTold: Bool) {
        var losses = (0..<20).map { 2 * pow(0.75, Double($0)) }
        losses[row] = 4 * losses[row - 1]
        let recording = Self.recording(layers: 6, steps: losses.count, loss: { losses[$0] }, value: Self.usual)
        let told = ToldRun(recording, RunDiagnosis(of: recording))
        #expect(RunDiagnosis(of: recording).finding == .nothingToWorryAbout)
        #expect(told.verdict.hasSuffix("but jumps 4× at step \(10 * row)") == isTold, "\(told.verdict)")
        #expect(told.verdict.hasPrefix("Nothing to worry about") != isTold)
        #expect(told.reason.hasPrefix("Jumps: at step \(10 * row) the loss is 4 times") == isTold, "\(told.reason)")
        #expect(told.verdictInShort == (isTold ? "no trouble but a loss that jumps" : "nothing to worry about"))
    }

    @Test(
        "Of a run without troubles only that is said which was recorded",
        arguments: [
            (without: [Recording.Quantity](), says: [true, true]), ([.weightUpdate], [true, false]), ([.gradientNorm], [false, true]),
            ([.gradientNorm, .weightUpdate], [false, false]),
        ])
    func grounds(without: [Recording.Quantity], says: [Bool]) {
        let recording = Self.recording(layers: 6, steps: 30) { without.contains($0) ? nil : Self.usual($0, $1, $2) }
        let told = ToldRun(recording, RunDiagnosis(of: recording))
        #expect(told.verdict.hasPrefix("Nothing to worry about") && told.reason.contains("all numbers are finite"))
        #expect(["gradient’s norm", "‖Δw‖"].map(told.reason.contains) == says, "\(told.reason)")
    }

    @Test("Of several runs, what a verdict rests on says which run it is about, and nothing of other verdicts")
    func reasons() throws {
        func page(_ title: String) throws -> PlotPage {
            let sample = try #require(Self.samples.first { $0.title == title })
            return RecordingDrawing(RecordedLesson(runs: sample.runs)).page(.page, title: nil)
        }
        let two = try page("Two runs").notes.map(\.plainText)
        #expect(two[0].hasPrefix("plain: vanishing: the gradient’s norm at the first layer is at least 100 times smaller than"), "\(two)")
        #expect(two[1].hasPrefix("clipped: nothing to worry about in what was recorded: all numbers are finite"), "\(two)")
        #expect(!two.contains { $0.contains("larger") || $0.contains("exploding") })
        let one = try page("A small run").notes.map(\.plainText)
        #expect(one[0].hasPrefix("Nothing to worry about in what was recorded"), "\(one)")
    }

    @Test("The maps of two runs of the same layers stand beside each other, and a page of them fits a sheet of notes")
    func pair() throws {
        let sample = try #require(Self.samples.first { $0.title == "Two runs" })
        let drawing = RecordingDrawing(RecordedLesson(runs: sample.runs), pageWidth: 453)
        let maps = drawing.page(.page, title: nil).panels.filter(\.isWide).suffix(3)
        #expect(maps.map(\.joinsRow) == [false, true, false])
        let measurer = CairoTextMeasurer(try FontBook())
        let page = recordingFigures(RecordedLesson(runs: sample.runs), title: nil, measurer: measurer, pageWidth: 453)[0].picture
        #expect(page.size.width == 453 && page.size.height <= 700, "\(page.size)")
    }

    @Test("Panels of one run are below each other, whatever the others lack; alone in its row, a panel is as wide as the page")
    func columns() throws {
        func panels(_ title: String) throws -> [Panel] {
            let sample = try #require(Self.samples.first { $0.title == title })
            return RecordingDrawing(RecordedLesson(runs: sample.runs)).page(.page, title: nil).panels
        }
        let two = try panels("Two runs, one without weights, one with a layer that stops").filter { !$0.isWide }
        #expect(two.map { $0.title?.plainText.prefix { $0 != ":" } } == ["plain", "bare", "plain", "bare", "plain", "bare"])
        #expect(try panels("A small run").map(\.isWide) == [false, false, false, false, true, true])
        #expect(try panels("A run without shares of zeros").map(\.isWide) == [false, false, true, true, true])
    }

    @Test("What is drawn of chosen steps is what was recorded then", arguments: [[0], [0, 100, 290]]) func steps(steps: [Int]) throws {
        let sample = try #require(Self.samples.first { $0.title == "A small run" })
        let drawing = RecordingDrawing(RecordedLesson(runs: sample.runs, steps: steps))
        #expect(drawing.runs[0].rows.map { drawing.runs[0].steps[$0] } == steps)
        let profiles = drawing.runs[0].profiles(.gradientNorm, of: [0, 5])
        #expect(profiles.map(\.median) == steps.map { step in [0, 5].map { Self.usual(.gradientNorm, $0, step / 10) ?? .nan } })
    }

    @Test("A heat map's columns hold each step once, its cells the middle number or the one that is none") func heat() throws {
        let recording = Self.recording(layers: 1, steps: 500) { quantity, _, step in
            quantity == .gradientNorm ? (step == 499 ? .nan : Double(step + 1)) : nil
        }
        let table = HeatTable(recording, layers: [0])
        #expect(table.columns.count <= 160 && table.columns.first?.first == 0 && table.columns.last?.last == 4990)
        #expect(zip(table.columns, table.columns.dropFirst()).allSatisfy { $0.last + 10 == $1.first })
        #expect(table.rows[0][0] == 2 && table.rows[0].last??.isNaN == true)
        #expect(table.edges.count == table.columns.count + 1 && zip(table.edges, table.edges.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("The data hold the verdict and the numbers that are drawn") func data() throws {
        let sample = try #require(Self.samples.first { $0.title == "Two runs" })
        let data = RecordedLesson(runs: sample.runs, figures: [.page]).data
        #expect(data.tables.map(\.name) == ["verdict", "layers", "heat"])
        #expect(data.tables[0].rows.map { $0[1] } == [.text("vanishing"), .text("nothing-to-worry-about")])
        #expect(data.series.first?.name == "plain" && data.series.first?.quantity == "loss" && data.series.first?.median.count == 30)
        #expect(data.tables.allSatisfy { table in table.rows.allSatisfy { $0.count == table.columns.count } })
        let alone = RecordedLesson(runs: sample.runs, figures: [.loss]).data
        #expect(alone.tables.map(\.name) == ["verdict"] && alone.series.count == 2)
    }
}

/// Names of layers where there is little room.
@Suite struct LayerLabelsTests {
    static func labels(_ names: [String], _ most: Int) -> [String] {
        let labels = LayerLabels(names.map { .init(name: $0) }, atMost: most)
        return names.indices.map { labels[$0] }
    }

    static let blocks = (0..<12).flatMap { block in
        ["self_attn.out_proj", "linear1", "norm1", "norm2"].map { "encoder.layers.\(block).\($0)" }
    }

    @Test("Labels are no longer than there is room for, and no two alike", arguments: [7, 9, 14, 20, 40])
    func differ(most: Int) {
        let families = [
            Self.blocks, (0..<300).map { "layer\($0)" }, ["conv", "conv#2", "conv#3"], ["", ".", "..", "…"],
            (0..<40).map { "a_layer_with_a_long_name_and_a_number_\($0)_before_the_same_long_end" },
            (0..<30).map { String(repeating: "x", count: 30 + $0) }, ["x\u{202E}", "x\u{202D}", "x\u{FFFD}"],
        ]
        for names in families + [families.flatMap(\.self)] {
            let labels = Self.labels(names, most)
            #expect(Set(labels).count == names.count && labels.allSatisfy { $0.count <= most }, "\(labels)")
        }
    }

    @Test("A name that fits stays; of one that doesn’t, what differs is kept") func kept() {
        #expect(Self.labels(["conv1", "layer1.0.conv1"], 20) == ["conv1", "layer1.0.conv1"])
        #expect(Self.labels(Self.blocks, 20)[44...46] == ["e.l.11.s.out_proj", "e.layers.11.linear1", "e.layers.11.norm1"])
        #expect(Self.labels(["layer1.0.conv1", "layer1.0.conv2", "layer2.0.conv1"], 9) == ["l1.0.c1", "l1.0.c2", "l2.0.c1"])
        #expect(Self.labels(["the_only_layer_of_a_long_name"], 9) == ["th…g_name"])
    }
}

/// A table of tints.
@Suite struct HeatMarkTests {
    @Test("Each number has one tint, the larger the darker; NaN, ∞, and what is absent have marks of their own") func tints() {
        let scale = LogScale(exponents: -2, 2)
        let mark = HeatMark(edges: [0, 1, 2, 3, 4, 5], rows: [[0.01, 100, nil, .nan, .infinity]], scale: scale)
        let plane = Plane(x: LinearScale(0, 5), y: ReversedScale(BandScale(["a"])), frame: Rect(0, 0, 50, 10))
        let list = mark.draw(in: plane)
        // Grey, eight tints, of which the lowest covers both numbers, black, and a white cell with hatching.
        #expect(list.items.count == 1 + 8 + 1 + 2)
    }
}
