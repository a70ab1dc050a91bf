import Autodiff
import Notation

extension Pairwise: ToldOperation {
    var face: Formula {
        switch self {
        case .add: .sign(.plus)
        case .subtract: .sign(.minus)
        case .multiply: .sign(.times)
        case .divide: .symbol("÷", .upright)
        case .power: .sup(.symbol("·", .upright), .symbol("·", .upright))
        case .max, .min: .symbol(rawValue, .upright)
        }
    }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        .arithmetic(arithmetic(application.number(0, index), application.number(1, index)))
    }

    private func arithmetic(_ a: Arithmetic, _ b: Arithmetic) -> Arithmetic {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .power: .power(a, b)
        case .max: .function(.max, [a, b])
        case .min: .function(.min, [a, b])
        }
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let (index, operand) = (contribution.outputIndex, contribution.operand)
        let (x, y) = (application.symbol(0, index), application.symbol(1, index))
        switch self {
        case .add, .subtract: return LocalStory(meaning: .number(contribution.local))
        case .max, .min:
            return LocalStory(
                meaning: .number(contribution.local),
                words: .words(contribution.local == 1 ? "passes on the \(rawValue)" : "not the \(rawValue)"))
        case .multiply: return application.read(application.scalar(1 - operand, index), "the other factor")
        case .divide:
            if operand == 0 { return LocalStory(meaning: .fraction("1", y)) }
            return LocalStory(meaning: -.fraction(x, .sup(y, "2")))
        case .power:
            if operand == 1 { return LocalStory(meaning: .sup(x, y) * .name("ln")(x)) }
            return LocalStory(meaning: y * (application.value(1, index) == 2 ? x : .sup(x, y - .name("1"))))
        }
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        .row([application.symbol(ofResult: index), .words(" \(told)")])
    }

    private var told: String {
        switch self {
        case .add: "is a sum: backward, each term will get the whole gradient."
        case .subtract: "is a difference: backward, the second term’s gradient turns its sign."
        case .multiply: "is a product: backward, each factor will be scaled by the other."
        case .divide: "is a quotient."
        case .power: "is a power."
        case .max: "is the larger: backward, only it will get the gradient."
        case .min: "is the smaller: backward, only it will get the gradient."
        }
    }

    func way(to operand: Int) -> Meeting.Way { self == .add && operand == 0 ? .pastBlock : .other }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        let (a, b) = (application.tensor(0), application.tensor(1))
        switch self {
        case .add: return (a + b, .words("\(application.each)Entry by entry."))
        case .multiply: return (.joined([a, b], by: .hadamard), .words("\(application.each)The product is taken entry by entry."))
        case .subtract, .divide, .power, .max, .min: return nil
        }
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let upstream = application.upstream
        switch self {
        case .add: return (upstream, "A sum hands the whole gradient to each of its terms.")
        case .subtract: return (operand == 0 ? upstream : -upstream, "")
        case .multiply:
            return (
                application.entrywise(application.tensor(1 - operand)),
                "The product is taken entry by entry; each factor is scaled by the other."
            )
        case .divide, .power, .max, .min: return (application.entrywise(.words("local")), "")
        }
    }

    var tie: String? {
        switch self {
        case .max, .min: "at a tie of max or min the first has the derivative"
        case .add, .subtract, .multiply, .divide, .power: nil
        }
    }
}
