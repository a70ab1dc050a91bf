package import Drawing
package import Experiments
import Notation
import Plotting

extension PathLengths: DrawableMeasurement {
    package func figures(
        of measured: [Split], title: String?, measurer: any TextMeasuring, pageWidth: Double?
    ) -> [ExperimentFigure] {
        let figure = PathLengthsFigure(splits: measured, experiment: self)
        let panels = figure.panels
        let page = PlotPage(
            topic: title, headline: .words(figure.headline), subtitle: figure.subtitle, panels: panels,
            columns: min(panels.count, 2), sharesAxes: true, notes: figure.notes,
            width: VariantLines.pageWidth(panels: panels.count), frameHeight: 180)
        return [
            ExperimentFigure(
                page.picture(
                    alternative: figure.alternative, description: figure.account, measurer: measurer, pageWidth: pageWidth))
        ]
    }
}

private struct PathLengthsFigure {
    let splits: [PathLengths.Split]
    let experiment: PathLengths

    /// Through how many branches a path goes at most that is called short: a quarter of them.
    static func short(of depth: Int) -> Int { depth / 4 }

    // MARK: Panels

    /// One panel for each variant: the fractions of the gradient as bars, the fractions of the paths themselves as dots.
    var panels: [Panel] {
        let depth = Double(experiment.depth)
        // Shares too small for a bar do not extend the axis below 0 either.
        let shares = splits.map { $0.shares.map { abs($0) < Self.least ? 0 : $0 } }
        let heights = shares.flatMap(\.self) + splits.flatMap(\.pathShares)
        let x = Axis(LinearScale(-0.7, depth + 0.7), title: .sentence("branches \(math: "F") that a path goes through"))
        let y = Axis(LinearScale(covering: heights, includingZero: true), title: .words("share"), hasGrid: true)
        let style = SeriesStyle(color: .gradientLine, textColor: .gradient, marker: .disc)
        let paths = SeriesStyle(color: .ink, textColor: .ink, marker: .disc)
        return zip(splits, shares).map { split, shares in
            let k = split.shares.indices.map(Double.init)
            func peak(_ shares: [Double]) -> Int { shares.indices.max { shares[$0] < shares[$1] } ?? 0 }
            let most = (gradient: peak(split.shares), paths: peak(split.pathShares))
            return Panel(
                title: .words(
                    split.name
                        + (split.most.map { ": \($0.percent) % through at most \(English.count($0.branches, "branch", "branches"))" } ?? "")
                ), x: x, y: y,
                marks: [
                    BarMark(x: k, y: shares, style: style, width: 0.72 / (depth + 1.4)),
                    PointMark(x: k, y: split.pathShares, style: paths, size: 3),
                ],
                remarks: [
                    Remark(
                        .words("of the gradient"), of: split.name, color: .gradient, x: Double(most.gradient),
                        y: split.shares[most.gradient]),
                    Remark(
                        .words("of the paths"), of: split.name, color: .ink, x: Double(most.paths), y: split.pathShares[most.paths]),
                ])
        }
    }

    /// 16!/(k!(16 − k)!).
    private var choices: Formula {
        let depth = Formula.symbol("\(experiment.depth)", .upright)
        return .row([
            depth, .words("!"), .sign(.slash), .parenthesized(.row(["k", .words("!"), .parenthesized(depth - "k"), .words("!")])),
        ])
    }

    /// The height of half a pixel, about.
    private static let least = 0.002

    // MARK: Words

    var headline: String {
        func names(_ meant: (PathLengths.Split) -> Bool) -> [String] { splits.filter(meant).map(\.name) }
        func few(_ names: [String]) -> String { "\(names.count) of \(English.count(splits.count, "variant"))" }
        let lost = names { $0.course == .lost }
        if !lost.isEmpty {
            let says = lost.count == 1 ? "loses" : "lose"
            return Wording.fitting("\(lost.asNames) \(says) the shares to ∞ or NaN", "\(few(lost)) \(says) the shares to ∞ or NaN")
        }
        typealias Claim = (names: [String], first: String, later: String, end: String)
        let all: [Claim] = [
            (names { $0.course == .short }, "short paths carry the gradient of", "short paths carry that of", ""),
            (names { $0.course == .spread }, "the gradient of", "that of", " is spread like the paths"),
            (names { $0.course == .between }, "the gradient of", "that of", " is spread unlike the paths"),
            (names { $0.course == .none }, "no gradient arrives for", "none arrives for", ""),
        ].filter { !$0.0.isEmpty }
        guard all.map(\.first) != ["no gradient arrives for"] else { return "No gradient arrives at the input" }
        func sentence(_ part: some Collection<Claim>, _ subject: ([String]) -> String) -> String {
            let text = part.enumerated().map { ($0 == 0 ? $1.first : $1.later) + " " + subject($1.names) + $1.end }.joined(separator: "; ")
            return English.capitalized(text)
        }
        return Wording.fitting(
            sentence(all, \.asNames), sentence(all.prefix(1), \.asNames), sentence(all.prefix(1), few), "Nothing was measured")
    }

    var subtitle: Formula {
        let seeds = experiment.seeds == 1 ? "One seed." : "Mean of \(experiment.seeds) seeds."
        return .row([
            .words("How "), .inlinePartial("L", over: .sub("h", "0")),
            .sentence(
                " splits over the \(total) paths back through \(experiment.depth) untrained residual layers \(math: "h" + .row(["F", .parenthesized("h")])) of \(experiment.width) units. At each layer a path goes through the branch \(math: "F") or skips it. \(seeds)"
            ),
        ])
    }

    /// 2ⁿ, in digits if these are few.
    private var total: String {
        experiment.depth <= 20 ? Numeral(Double(1 << experiment.depth)).text : "2^\(experiment.depth)"
    }

    var notes: [Formula] {
        // Up to the largest number of branches that a title names.
        let most = splits.compactMap { split in split.most.map { (split: split, branches: $0.branches) } }.max { $0.branches < $1.branches }
        let halves =
            most.map { most in
                let share = most.split.pathShares.prefix(most.branches + 1).reduce(0, +)
                let branches = English.count(most.branches, "branch", "branches")
                return " Of the paths \(Numeral(100 * share, decimals: 0).text) % go through at most \(branches)."
            } ?? ""
        let short =
            splits.contains { $0.course == .short }
            ? " Short paths go through at most \(English.count(Self.short(of: experiment.depth), "branch", "branches")); they carry the gradient where their share is at least 90 %."
            : ""
        return [
            .sentence(
                "Paths through \(math: "k") of \(experiment.depth) branches: \(math: choices). The part of the gradient that they carry is projected on the whole gradient; with their signs the shares sum to 1.\(short)\(halves) A share of less than half a pixel has no bar. (Veit et al. 2016.)"
            ),
            .row(DeepStack.data + [.words("Batch of \(experiment.batch). \(experiment.stack.weights)")]),
        ]
    }

    var alternative: String {
        "Bar plots of the share of the gradient by the number of residual branches on the way, beside the share of the paths. \(headline)."
    }

    var account: String {
        splits.map { split in
            "\(split.name), by number of branches from 0: paths " + split.paths.joined(separator: ", ") + "; share of the gradient "
                + split.shares.map { Numeral($0, digits: 3).text }.joined(separator: ", ") + "."
        }.joined(separator: "\n")
    }
}

extension [Double] {
    /// The smallest number of branches such that paths through at most as many have nine tenths of the total, and what they have.
    fileprivate var most: (branches: Int, percent: String)? {
        var sum = 0.0
        let branches = firstIndex { share in
            sum += share
            return sum >= 0.9
        }
        // What is not all is not printed as all.
        return branches.map { ($0, Numeral(100 * sum, decimals: sum < 1 && sum >= 0.995 ? 1 : 0).text) }
    }
}

extension PathLengths.Split {
    fileprivate var most: (branches: Int, percent: String)? { shares.allSatisfy(\.isFinite) ? shares.most : nil }

    /// Which paths carry the gradient.
    fileprivate enum Course { case short, spread, between, none, lost }

    fileprivate var course: Course {
        guard shares.allSatisfy(\.isFinite) else { return .lost }
        guard shares.contains(where: { $0 != 0 }) else { return .none }
        // The largest distance between the two cumulative distributions (Kolmogorov).
        var (carried, paths, distance) = (0.0, 0.0, 0.0)
        for (share, pathShare) in zip(shares, pathShares) {
            carried += share
            paths += pathShare
            distance = max(distance, abs(carried - paths))
        }
        if distance < 0.15 { return .spread }
        let short = PathLengthsFigure.short(of: shares.count - 1)
        return shares.prefix(short + 1).reduce(0, +) >= 0.9 && short > 0 ? .short : .between
    }
}
