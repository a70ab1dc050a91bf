import Experiments
import Foundation
import Notation

/// What was found about gradients on their way back, for the lines of one panel, and the sentences that say it.
struct GradientDecayFindings {
    /// The panel's title, if there are several.
    let title: String?
    let names: [String]
    let fates: [GradientFate]
    /// What a position is: "layer" or "step".
    let place: String

    init(_ series: [Series], title: String? = nil, place: String = "layer") {
        (self.title, self.place) = (title, place)
        names = series.map(\.name)
        fates = series.map { GradientFate(of: $0) }
    }

    /// Lines whose fate is described by the same verb and factor.
    private struct Group {
        let names: [String]
        let fate: GradientFate

        /// "“plain” shrinks the gradient 10¹²×".
        func says(_ object: String, at first: String, of total: Int) -> String {
            let isOne = names.count == 1
            let (one, several, rest) = fate.verb(object, at: first)
            let subject = isOne || names.count < total || total < 4 ? names.asNames : "all \(total)"
            return "\(subject) \(isOne ? one : several)\(rest.isEmpty ? "" : " \(rest)")"
        }
    }

    /// Lines with the same fate and, to the headline's digits, the same factor; the worst first.
    private var groups: [Group] {
        var groups: [Group] = []
        for (name, fate) in zip(names, fates) {
            if let index = groups.firstIndex(where: { $0.fate.isAlike(fate) }) {
                groups[index] = Group(names: groups[index].names + [name], fate: groups[index].fate)
            } else {
                groups.append(Group(names: [name], fate: fate))
            }
        }
        return groups.enumerated().sorted { ($0.element.fate.severity, -$0.offset) > ($1.element.fate.severity, -$1.offset) }.map(\.element)
    }

    private var first: String { "\(place) 1" }

    /// The complete sentence: "Sigmoid shrinks the gradient 10¹²×, Swish about 40×; Tanh and ReLU keep it".
    func whole(_ object: String) -> String {
        var text = ""
        var last: GradientFate?
        for group in groups {
            if let last, last.isOfOneKind(with: group.fate), let factor = group.fate.factor {
                text += ", \(group.names.asNames) \(factor.roughly)"
            } else {
                text += (text.isEmpty ? "" : "; ") + group.says(text.isEmpty ? object : "it", at: first, of: names.count)
            }
            last = group.fate
        }
        return text
    }

    /// "only “residual” keeps the gradient", where few do and the others are so far from it that other seeds would not change that.
    func few(_ object: String) -> String? {
        let kept = zip(names, fates).filter { $1.arrives }
        guard (1...2).contains(kept.count), kept.count < names.count, !fates.contains(where: \.isClose) else { return nil }
        let says = Group(names: kept.map(\.0), fate: kept.map(\.1).max { $0.laxity < $1.laxity } ?? .kept).says(object, at: first, of: 0)
        // Of two, the other one isn't few.
        return names.count > 2 ? "only \(says)" : says
    }

    /// "“plain” shrinks the gradient 10¹²×": only the worst fate.
    func loudest(_ object: String) -> String { groups.first?.says(object, at: first, of: names.count) ?? "" }

    /// "r = 1.0 keeps the gradient exactly (Linear)", of settings that were tried.
    fileprivate func fewTried(_ object: String) -> String? {
        let kept = zip(names, fates).filter { $1.arrives }
        guard (1...2).contains(kept.count), let fate = kept.map(\.1).max(by: { $0.laxity < $1.laxity }) else { return nil }
        let verb = object.isEmpty ? "" : " \(kept.count == 1 ? "keeps" : "keep") \(object)"
        let how = fate == .exact ? "exactly" : fate == .kept ? "within 10×" : "within 10× at \(first)"
        return "\(kept.map(\.0).asNames)\(verb) \(how)" + (title.map { " (\($0))" } ?? "")
    }

    /// From the one that says most.
    fileprivate func wordings(_ object: String) -> [String] {
        [whole(object), few(object), loudest(object)].compactMap(\.self).filter { !$0.isEmpty }
    }
}

extension [GradientDecayFindings] {
    /// One claim, however many panels: as much of it as a headline holds.
    /// - Parameters:
    ///   - length: of the way, in places.
    ///   - settings: what the lines are a few of: "radii"; nil where they are all that there is.
    func headline(length: Int, fewOf settings: String? = nil) -> String {
        guard let place = first?.place, contains(where: { !$0.names.isEmpty }) else { return "Nothing was measured" }
        guard length > 1 else { return "One \(place): there is no earlier one to reach" }
        if let settings, let tried = fewTried(of: settings), tried.count <= Wording.most { return tried }
        let wordings = enumerated().map { index, findings in
            findings.wordings(index == 0 ? "the gradient" : "it").map { (count > 1 ? findings.title.map { "\($0): " } ?? "" : "") + $0 }
        }
        // The longest sentence is shortened first.
        var chosen = map { _ in 0 }
        func sentence() -> String { zip(wordings, chosen).map { $0[$1] }.joined(separator: ". ") }
        while sentence().count > Wording.most {
            let next = indices.filter { chosen[$0] + 1 < wordings[$0].count }.max {
                wordings[$0][chosen[$0]].count < wordings[$1][chosen[$1]].count
            }
            guard let next else { return unnamed }
            chosen[next] += 1
        }
        return sentence().startingLarge(unless: flatMap(\.names) + compactMap(\.title))
    }

    /// "Of the radii tried, r = 1.0 keeps the gradient exactly (Linear), r = 1.5 within 10× (tanh)".
    private func fewTried(of settings: String) -> String? {
        let clauses = enumerated().compactMap { index, findings in findings.fewTried(index == 0 ? "the gradient" : "") }
        return clauses.count == count ? "Of the \(settings) tried, " + clauses.joined(separator: ", ") : nil
    }

    /// What it is to keep a gradient, where one is said to be kept.
    var keepingNote: String? {
        guard let place = first?.place, flatMap(\.fates).contains(where: { [.kept, .exact].contains($0) }) else { return nil }
        return "A gradient counts as kept if it is within 10× of the last \(place)’s at \(place) 1, and within 30× on the way."
    }

    /// For names that no headline has room for.
    private var unnamed: String {
        let fates = flatMap(\.fates)
        func farthest(_ folds: [Fold], _ verb: String) -> String? {
            folds.max { $0.decades < $1.decades }.map { "\(verb) up to \($0.roughly)" }
        }
        let shrunk = fates.compactMap { if case .shrunk(let fold) = $0 { fold } else { nil } }
        let grown = fates.compactMap { if case .grown(let fold) = $0 { fold } else { nil } }
        let changes = [farthest(shrunk, "shrinks"), farthest(grown, "grows")].compactMap(\.self).joined(separator: " and ")
        let lost = fates.count { !$0.arrives && $0.factor == nil }
        let kept = fates.count(where: \.arrives)
        let of = "of \(English.count(fates.count, "variant"))"
        let counts = [kept > 0 ? "kept by \(kept) \(of)" : nil, lost > 0 ? "lost by \(lost) \(of)" : nil].compactMap(\.self)
        let rest = counts.joined(separator: " and ")
        if changes.isEmpty { return "The gradient is \(rest)" }
        return Wording.fitting(
            "The gradient \(changes)" + (rest.isEmpty ? "" : "; it is \(rest)"), "The gradient \(changes)",
            "The gradient is kept by \(kept) \(of)")
    }
}

extension String {
    /// Capitalized, unless it begins with a name, which stays as it is written.
    fileprivate func startingLarge(unless names: [String]) -> String {
        guard !names.contains(where: { hasPrefix($0) || hasPrefix($0.asName) }) else { return self }
        return English.capitalized(self)
    }
}

extension GradientFate {
    /// The verb for one and for several, with the rest of the sentence.
    fileprivate func verb(_ object: String, at first: String) -> (one: String, several: String, rest: String) {
        switch self {
        case .exact: ("keeps", "keep", "\(object) exactly")
        case .kept: ("keeps", "keep", object)
        case .returned: object == "it" ? ("ends", "end", "within 10×") : ("has", "have", "\(object) within 10× at \(first)")
        case .shrunk(let factor): ("shrinks", "shrink", "\(object) \(factor.roughly)")
        case .grown(let factor): ("grows", "grow", "\(object) \(factor.roughly)")
        case .underflowed: ("underflows", "underflow", "to 0")
        case .cutOff: ("has", "have", "gradient 0 on the way")
        case .overflowed: ("overflows", "overflow", "to ∞")
        case .undefined: ("ends", "end", "in NaN")
        }
    }

    /// Whether the two fates share a verb.
    fileprivate func isOfOneKind(with other: GradientFate) -> Bool { verb("", at: "").one == other.verb("", at: "").one && factor != nil }

    fileprivate func isAlike(_ other: GradientFate) -> Bool { verb("", at: "") == other.verb("", at: "") }

    /// The worst comes first: invalid numbers, then the gradients that changed most.
    fileprivate var severity: Double {
        switch self {
        case .undefined: 1e9
        case .overflowed: 1e8
        case .underflowed: 1e7
        case .cutOff: 1e6
        case .shrunk(let factor), .grown(let factor): 10 + factor.decades
        case .returned: 3
        case .kept: 2
        case .exact: 1
        }
    }

    /// A bound that holds for several gradients is that of the laxest.
    fileprivate var laxity: Int {
        switch self {
        case .exact: 0
        case .kept: 1
        case .returned: 2
        case .shrunk, .grown, .underflowed, .cutOff, .overflowed, .undefined: 3
        }
    }
}
