import Autodiff
package import Drawing
package import Experiments
import Foundation
import NeuralNetworks
import Notation
import Plotting

extension Training: DrawableMeasurement {
    package func figures(
        of measured: Measured, title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = TrainingFigure(
            measured: measured, experiment: self, findings: TrainingFindings(measured: measured, experiment: self))
        let page = PlotPage(
            topic: title, headline: .words(figure.findings.headline), subtitle: figure.subtitle, panels: figure.panels,
            columns: measured.maps.isEmpty ? 2 : min(4, measured.maps.count), sharesAxes: sweeps.isEmpty && !figure.hasLayers,
            sharesColumns: sweeps.isEmpty, notes: figure.notes, frameHeight: measured.maps.isEmpty ? 150 : 126,
            aspect: measured.maps.isEmpty ? nil : 1)
        return [
            ExperimentFigure(
                page.picture(
                    alternative: figure.alternative, description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct TrainingFigure {
    let measured: Training.Measured
    let experiment: Training
    let findings: TrainingFindings

    var subtitle: Formula {
        let tuned = experiment.tuning.isEmpty ? "" : " Each at its own best learning rate."
        let clipping = experiment.variants.clippingNote
        let maps =
            measured.maps.isEmpty
            ? "" : " Maps: tinted where one run of each answers 1, all of one seed; they can look alike while losses differ. Below: "
        let spread = VariantLines.spread(over: experiment.setting.seeds)
        return .row(
            [.words(experiment.setting.words + tuned + (clipping.isEmpty ? "" : " "))] + clipping + [
                .words(maps.isEmpty ? " " + spread : maps + spread.prefix(1).lowercased() + spread.dropFirst())
            ])
    }

    var panels: [Panel] {
        maps + (experiment.shows.contains(.loss) ? losses : []) + gradients + layers + sweeps + wins + statistics
    }

    /// Next to each other, or one above the other where maps need narrow columns.
    private var losses: [Panel] {
        let isWide = !measured.maps.isEmpty || !experiment.sweeps.isEmpty || hasLayers
        let all = (measured.training + measured.validation).heights
        return [("Training loss", measured.training), ("Validation loss", measured.validation)].enumerated().map { index, part in
            let scale = lossScale(covering: isWide ? part.1.heights : all, cap: findings.cap)
            var panel = panel(part.1, part.0, x: steps, y: Axis(scale, title: .words("loss"), hasGrid: true), isWide: isWide)
            // Next to each other, the panels share the names at the right.
            if !isWide, index == 0 { panel.names = [] }
            return panel
        }
    }

    private func panel(_ lines: [Series], _ title: String, x: Axis, y: Axis, isWide: Bool = true) -> Panel {
        var panel = variantLines(lines).panel(lines, title: title, x: x, y: y)
        panel.isWide = isWide
        return panel
    }

    private func variantLines(_ lines: [Series]) -> VariantLines { VariantLines(lines, of: experiment.variants) }

    private var steps: Axis { Axis(OrdinalScale(0, through: experiment.setting.steps), title: .words("step")) }

    private var gradients: [Panel] {
        guard experiment.shows.contains(.gradient) else { return [] }
        let lines = measured.gradientNorms
        return [
            panel(
                lines, "Largest norm of the gradient, before clipping", x: steps,
                y: Axis(RatioScale(covering: lines.heights), title: .norm("g"), hasGrid: true))
        ]
    }

    var hasLayers: Bool { experiment.shows.contains(.layerGradients) || experiment.shows.contains(.movement) }

    private var layers: [Panel] {
        let change = Formula.row(["W", .sign(.minus), .sub("W", "0")])
        let slope = Formula.inlinePartial("L", over: "W")
        let all: [(Training.Shown, String, [Series], Formula)] = [
            (.layerGradients, "Gradient of each layer’s weights before any step", measured.layerGradients, .norm(slope)),
            (
                .movement, "How far each layer’s weights moved", measured.movement,
                .row([.norm(change), .sign(.slash), .norm(.sub("W", "0"))])
            ),
        ]
        return all.filter { experiment.shows.contains($0.0) }.map { shown, title, lines, quantity in
            let count = lines.map(\.x.count).max() ?? 1
            var panel = panel(
                lines, title, x: Axis(OrdinalScale(1, through: count), title: .words("layer (\(count): output)")),
                y: Axis(RatioScale(covering: lines.heights), title: quantity, hasGrid: true), isWide: experiment.sweeps.count != 1)
            if shown == .layerGradients, let contrast = findings.contrast {
                let line = lines[contrast.variant]
                panel.remarks.append(
                    Remark(
                        .words("\(Numeral.factor(contrast.factor).text)× smaller than with \(lines[contrast.other].name)"), of: line.name,
                        color: variantLines(lines).style(of: line).textColor, x: line.x[0], y: line.median[0]))
            }
            return panel
        }
    }

    private var maps: [Panel] {
        let places = Training.mapPlaces
        let axis = LinearScale(places.first ?? -1, places.last ?? 1)
        return measured.maps.map { map in
            let samples = experiment.setting.trainingSamples(seed: map.seed)
            let targets = samples.targets.scalars
            func arm(_ value: Double, _ marker: Marker, _ color: Paint) -> PointMark {
                let own = targets.indices.filter { targets[$0] == value }
                return PointMark(
                    x: own.map { samples.inputs.scalars[2 * $0] }, y: own.map { samples.inputs.scalars[2 * $0 + 1] },
                    style: SeriesStyle(color: color, textColor: color, marker: marker), size: 2.8)
            }
            return Panel(
                title: .words("\(map.name): \(Numeral(100 * map.accuracy, decimals: 0).text) % right"),
                x: Axis(axis, title: .sub("x", "1")), y: Axis(axis, title: .sub("x", "2")),
                marks: [
                    RegionMark(ScalarField(x: places, y: places, values: map.outputs), from: 0, color: .quietInk),
                    arm(0, .hollowSquare, .ink), arm(1, .disc, .ink),
                ])
        }
    }

    private var sweeps: [Panel] {
        zip(experiment.sweeps, measured.sweeps).map { pair in
            SweepPanel(
                sweep: pair.0, ends: pair.1, findings: findings, styles: variantLines(pair.1.series), setting: fixed(in: pair.0)
            ).panel(
                isWide: !hasLayers || experiment.sweeps.count > 1)
        }
    }

    /// What one of several sweeps holds fixed, and another one varies.
    private func fixed(in sweep: Training.Sweep) -> String? {
        switch sweep {
        case .learningRate:
            let initializers = Set(experiment.variants.map { $0.initializer?.words })
            guard sweepsDeviation, initializers.count == 1, let initializer = initializers.first ?? nil else { return nil }
            return "weights \(initializer)"
        case .initialDeviation:
            let rates = Set(experiment.variants.map { ($0.optimizer ?? experiment.setting.optimizer).learningRate })
            guard experiment.sweeps.contains(where: \.setsRate), experiment.tuning.isEmpty, rates.count == 1, let rate = rates.first else {
                return nil
            }
            return "η = \(Numeral(rate, digits: 2).text)"
        case .batchSize: return nil
        }
    }

    /// For two variants, how often the second ends lower.
    private var wins: [Panel] {
        guard experiment.variants.count == 2, experiment.shows.isEmpty, experiment.setting.seeds >= SeedVerdict.fewest,
            experiment.sweeps.count == 1,
            SignTest.fewestWins(of: experiment.setting.seeds) != nil, let sweep = experiment.sweeps.first
        else { return [] }
        let seeds = experiment.setting.seeds
        let x = sweep.values.sorted()
        let counts = tests.map { Double($0.smaller) }
        // What the test asks for depends on how many seeds are no ties: a piece of each line around each bar, where it can be met.
        let between = zip(x, x.dropFirst()).map { ($0 * $1).squareRoot() }
        let edges = zip((x.first.map { [$0] } ?? []) + between, between + (x.last.map { [$0] } ?? []))
        let lines = zip(tests, edges).flatMap { test, edge -> [ReferenceMark] in
            let decided = test.larger + test.smaller
            let least = SignTest.fewestWins(of: decided)
            return (least.map { [$0, decided - $0] } ?? []).map { .level(Double($0), from: edge.0, to: edge.1) }
        }
        let names = experiment.variants.map(\.name.asName)
        let style = variantLines(measured.sweeps[0].series).style(of: measured.sweeps[0].series[1])
        return [
            Panel(
                title: .words("In how many of \(seeds) seeds \(names[1]) ends lower than \(names[0])"),
                x: Axis(ChosenScale(sweep.values), title: sweep.axis),
                y: Axis(LinearScale(0, 1.12 * Double(seeds)), title: .words("seeds"), hasGrid: true),
                marks: [
                    BarMark(
                        x: x, y: counts, style: style, width: min(0.5 / Double(max(x.count, 2)), 0.05))
                ] + lines,
                isWide: true,
                labels: zip(x, tests).map { x, test in
                    let decided = test.larger + test.smaller
                    return PointLabel(
                        .words(decided == seeds ? "\(test.smaller)" : "\(test.smaller) of \(decided)"),
                        color: style.textColor, x: x, y: Double(test.smaller), side: .above)
                })
        ]
    }

    /// The second of two variants against the first, by rising values of the only sweep; seeds in which both diverge are ties.
    private var tests: [SignTest] {
        guard let sweep = experiment.sweeps.first, let ends = measured.sweeps.first?.ends, ends.count == 2 else { return [] }
        return zip(sweep.values, zip(ends[1], ends[0])).sorted { $0.0 < $1.0 }
            .map { SignTest(findings.capped($0.1.0), findings.capped($0.1.1)) }
    }

    /// The explanation: the normalized values of one sample in many batches.
    private var statistics: [Panel] {
        let all = measured.batchStatistics
        guard !all.isEmpty else { return [] }
        let style = variantLines(measured.sweeps.first?.series ?? []).styleOfFirst { index in
            if case .batch = experiment.variants[index].normalization?.kind { true } else { false }
        }
        let sizes = all.map { Double($0.size) }
        let spread = pow((sizes.max() ?? 1) / max(sizes.min() ?? 1, 1), 0.03)
        let dots = all.flatMap { statistic in
            statistic.values.enumerated().map { index, value in
                // In an order that looks random but is always the same: multiples of the golden ratio.
                let place = (Double(index) * 0.6180339887498949).truncatingRemainder(dividingBy: 1) * 2 - 1
                return (x: Double(statistic.size) * pow(spread, place), y: value)
            }
        }
        let values = dots.map(\.y)
        return [
            Panel(
                title: .words("One sample’s normalized value in one unit, in \(all[0].values.count) random batches of each size"),
                x: Axis(ChosenScale(sizes), title: .words("samples in a batch")),
                y: Axis(LinearScale(covering: values, includingZero: true), title: .hat("x"), hasGrid: true),
                marks: [
                    PointMark(
                        x: dots.map(\.x), y: values,
                        style: SeriesStyle(color: style.color.opacity(0.35), textColor: style.textColor, marker: .disc), size: 2.2)
                ], isWide: true)
        ]
    }

    private var sweepsDeviation: Bool { experiment.sweeps.contains { if case .initialDeviation = $0 { true } else { false } } }

    var notes: [Formula] {
        let rates = experiment.sweeps.contains(where: \.setsRate)
        let onlyRates = experiment.showsOnlySweptTraining
        let optimizers = experiment.variants.optimizerNote(
            standard: experiment.setting.optimizer, withRate: experiment.tuning.isEmpty && !onlyRates)
        var notes = [
            experiment.setting.weightsNote(experiment.variants, areSwept: sweepsDeviation)
                + experiment.variants.partsNote(width: experiment.setting.width, isTrained: true),
            experiment.setting.note(hasBatches: !experiment.sweeps.contains { if case .batchSize = $0 { true } else { false } }) + " "
                + (rates && !onlyRates && experiment.tuning.isEmpty ? optimizers.dropLast() + " where it isn’t swept." : optimizers),
        ]
        if let tuned { notes.append(tuned) }
        if let updatesBySize { notes.append(updatesBySize) }
        if let layerSizes { notes.append(layerSizes) }
        if experiment.shows.contains(.loss) {
            notes.append(
                "Training loss is that of each step’s batch"
                    + (experiment.variants.contains { ($0.l2 ?? 0) > 0 } ? ", with the penalty" : "") + ".")
        }
        if !measured.sweeps.isEmpty {
            let lost = measured.sweeps.contains { $0.ends.contains { $0.contains { $0.contains(where: findings.isDiverged) } } }
            let guess = "A guess gives every sample the same answer: its loss is \(Numeral(findings.guess, digits: 2).text)."
            let diverging =
                "× counts the seeds that diverge: a loss above \(Numeral(findings.cap, digits: 2).text), ten times that of a guess."
            notes.append([findings.learningNote, guess, lost ? diverging : nil].compactMap(\.self).joined(separator: " "))
        }
        if let best = bestAgainstBest { notes.append(best) }
        if wins.isEmpty, findings.crossing != nil, findings.vanishing == nil {
            notes.append("Lower and higher: p < 0.05 by a sign test over the seeds.")
        }
        if !wins.isEmpty {
            let hasTies = tests.contains { $0.larger + $0.smaller < experiment.setting.seeds }
            notes.append(
                "Bars that reach the upper dashed line, or do not pass the lower one: p < 0.05 by the sign test"
                    + (hasTies ? ", which leaves out ties, such as seeds in which both diverge." : "."))
        }
        if experiment.shows.contains(.loss) || experiment.shows.contains(.boundary), experiment.variants.count > 1 {
            notes.append(SeedVerdict.note(measured.finalValidation, experiment.variants.map(\.name)))
        }
        if !measured.batchStatistics.isEmpty {
            let size = measured.batchStatistics.map(\.size).min() ?? 2
            notes.append(
                (size == 2 ? "Of two samples x̂ is +1 and −1 unless they nearly agree: only their order is left. " : "")
                    + "Batch normalization validates with running averages. After Wu & He 2018.")
        }
        if !measured.maps.isEmpty {
            notes.append(
                "Maps: seed \(measured.maps[0].seed), whose validation losses rank nearest the middle, with its training samples (dots: 1, squares: 0); tinted where the network answers 1; above each the share of validation samples that it has right."
            )
        }
        return notes.map { .words($0) }
    }

    /// "Best against best, η = 0.01 and 0.1: Clipped is lower in 7 of 16 seeds, no clear difference."
    private var bestAgainstBest: String? {
        guard experiment.variants.count == 2, experiment.sweeps.count == 1, experiment.sweeps[0].setsRate, experiment.shows.isEmpty,
            let ends = measured.sweeps.first?.ends
        else { return nil }
        let values = experiment.sweeps[0].values
        let best = ends.map { ends in
            let medians = ends.map { findings.capped($0).median }
            return medians.indices.min { (medians[$0], $0) < (medians[$1], $1) } ?? 0
        }
        let test = SignTest(ends[1][best[1]], ends[0][best[0]])
        let verdict = test.isFirstSmaller || test.isFirstLarger ? "p < 0.05" : "no clear difference"
        func text(_ value: Double) -> String { Numeral(value, digits: 2).text }
        return
            "Best against best, η = \(text(values[best[0]])) for \(experiment.variants[0].name.asName) and \(text(values[best[1]])) for \(experiment.variants[1].name.asName): medians \(text(ends[0][best[0]].median)) and \(text(ends[1][best[1]].median)), \(experiment.variants[1].name.asName) lower in \(test.smaller) of \(English.count(experiment.setting.seeds, "seed")), \(verdict)."
    }

    /// That batches of different sizes are not only of different sizes.
    private var updatesBySize: String? {
        guard experiment.setting.epochs != nil,
            let sizes = experiment.sweeps.lazy.compactMap({ if case .batchSize(let sizes) = $0 { sizes } else { nil } }).first,
            let (least, most) = sizes.min().flatMap({ least in sizes.max().map { (least, $0) } }), least < most
        else { return nil }
        let (more, fewer) = (experiment.setting.with(batch: least).steps, experiment.setting.with(batch: most).steps)
        return
            "At equal epochs small batches make more updates: \(English.count(more, "update")) at a batch size of \(least), \(fewer) at \(most)."
    }

    /// What norms by layer are of, where layers have weights of different numbers.
    private var layerSizes: String? {
        let (width, depth) = (experiment.setting.width, experiment.setting.depth)
        let inputs: Int? =
            switch experiment.setting.data {
            case .twoSpirals: 2
            case .noisySine: 1
            case .recall: nil
            }
        guard experiment.shows.contains(.layerGradients), depth > 1, let inputs else { return nil }
        return "Layer 1 has \(width)×\(inputs) weights, the output 1×\(width), each layer between \(width)×\(width)."
    }

    /// "Learning rates: of 0.01, 0.1 and 1 the best on 2 other seeds: Sigmoid 1, ReLU 0.1."
    private var tuned: String? {
        guard !experiment.tuning.isEmpty else { return nil }
        func text(_ rate: Double) -> String { Numeral(rate, digits: 3).text }
        let rates = experiment.tuning.sorted().map(text).joined(separator: ", ")
        let others = English.count(max(experiment.setting.seeds / 4, 1), "other seed")
        let swept = measured.sweeps.first { !$0.rates.isEmpty }
        let chosen = experiment.variants.indices.map { index in
            experiment.variants[index].name + " "
                + (swept.map { $0.rates[index].map(text).joined(separator: ", ") } ?? text(measured.rates[index]))
        }
        let all = swept.map { $0.rates.flatMap(\.self) } ?? measured.rates
        let ends = [("smallest", experiment.tuning.min()), ("largest", experiment.tuning.max())].compactMap { word, rate in
            rate.flatMap { all.contains($0) && experiment.tuning.count > 1 ? " \(text($0)) is the \(word) that was tried." : nil }
        }
        return "Learning rates: of \(rates) the best on \(others): \(chosen.joined(separator: "; "))." + ends.joined()
    }

    var alternative: String {
        "Training of \(NameList(names: experiment.variants.map(\.name), total: experiment.variants.count, most: 12).subject): \(findings.headline)."
    }

    var account: String {
        ([experiment.setting.words, experiment.setting.weightsNote(experiment.variants)]
            + measured.training.indices.map { findings.account(of: $0) }).joined(separator: "\n")
    }
}

extension Series {
    /// Sorted by x.
    var ordered: Series {
        let order = x.indices.sorted { x[$0] < x[$1] }
        var series = self
        series.x = order.map { x[$0] }
        series.median = order.map { median[$0] }
        series.low = order.map { low[$0] }
        series.high = order.map { high[$0] }
        return series
    }
}
