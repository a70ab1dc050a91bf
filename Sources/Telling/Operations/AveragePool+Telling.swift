import Autodiff
import Notation

extension AveragePool: ToldOperation {
    var face: Formula { .words("mean") }

    private func members(of index: Int, _ application: Application) -> [ScalarID] {
        window(of: index, input: application.shape(0)).map { application.scalar(0, $0) }
    }

    func explanation(of index: Int, _ application: Application) -> Explanation { application.mean(members(of: index, application)) }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory { .shareOfMean(of: kernel * kernel) }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([.words("What is the mean "), name, .words(" of the window?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let name = application.symbol(ofResult: index)
        guard isFirst else { return .row([name, .words(" is the mean of its own window.")]) }
        return .row([
            name,
            .words(
                " is the mean of its window. Going back, each of the \(kernel * kernel) entries gets an equal share of the gradient."),
        ])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (
            .row([
                .fraction("1", .name(String(kernel * kernel))), .large(.sum, below: .words("window"), above: nil),
                application.entry(0, "i"),
            ]),
            .words("\(application.each)Over each window of \(kernel) × \(kernel) entries, moved by \(stride).")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        (
            .row([.fraction("1", .name(String(kernel * kernel))), .large(.sum, below: .words("windows"), above: nil), application.upstream]
            ),
            "Each window spreads its gradient evenly over its entries."
        )
    }

    /// A pooled unit is selected with any entry of its window.
    func bearers(of index: Int, operands: [Tape.ID], on tape: Tape, namesLayer: Bool) -> [ScalarID]? {
        namesLayer ? nil : window(of: index, input: tape[operands[0]].shape).map { ScalarID(operands[0], $0) }
    }
}

extension GlobalAverage: ToldOperation {
    var face: Formula { .words("mean") }

    private func entries(of index: Int, input: [Int]) -> [Int] {
        let (count, first, stride) = members(of: index, input: input)
        return (0..<count).map { first + $0 * stride }
    }

    private func count(_ application: Application) -> Int { members(of: 0, input: application.shape(0)).count }

    private var over: String {
        switch self {
        case .positions: "all positions of its channel"
        case .time: "all time steps"
        }
    }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        application.mean(entries(of: index, input: application.shape(0)).map { application.scalar(0, $0) })
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory { .shareOfMean(of: count(application)) }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([.words("What is the mean "), name, .words(" over \(over)?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let told = isFirst ? ". Going back, each of them gets an equal share of the gradient." : " as well."
        return .row([application.symbol(ofResult: index), .words(" is the mean over \(over)\(told)")])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (
            .row([.fraction("1", .name(String(count(application)))), .large(.sum, below: "i", above: nil), application.entry(0, "i")]),
            .words("\(application.each)Over \(over).")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        (
            .row([.fraction("1", .name(String(count(application)))), application.upstream]),
            "Every entry has the same share of the mean, and so the same gradient."
        )
    }

    func bearers(of index: Int, operands: [Tape.ID], on tape: Tape, namesLayer: Bool) -> [ScalarID]? {
        namesLayer ? nil : entries(of: index, input: tape[operands[0]].shape).map { ScalarID(operands[0], $0) }
    }
}

extension Application {
    /// A mean of scalars, some of which are written one by one.
    fileprivate func mean(_ members: [ScalarID]) -> Explanation {
        let terms = members.map { SumTerm(told: number($0), value: teller.value($0), isChosen: teller.isChosen($0)) }
        return .arithmetic(teller.sum(terms, of: .value) / .number(Double(members.count)))
    }
}

extension LocalStory {
    fileprivate static func shareOfMean(of count: Int) -> LocalStory {
        LocalStory(meaning: .fraction("1", .name(String(count))), words: .words("a share of the mean"))
    }
}
