import Autodiff
import Notation

/// What the telling must know of an operation: how a scalar of its result comes about, what its local derivatives mean, what is asked
/// and said, and the rules for whole tensors. Each operation's stands in a file of its own; `Primitive.telling` leads there.
///
/// Of an operation that stands in no network with several scalars, the rules for tensors may be left out.
protocol ToldOperation: Sendable {
    /// What stands inside the operation's node in a graph.
    var face: Formula { get }

    /// How a scalar of the result came about, from the operands' values.
    func explanation(of index: Int, _ application: Application) -> Explanation

    /// What the local derivative of a contribution is: σ′(z₃), the weight w₅.
    func local(_ contribution: Contribution, _ application: Application) -> LocalStory

    /// What is asked of a value.
    /// - Parameters:
    ///   - name: the scalar's symbol, or the tensor's where a group of its scalars is asked for.
    ///   - index: the scalar, of a group the first.
    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula

    /// What a value means.
    /// - Parameter isFirst: whether no step has told of the result before; what was said once is not said again.
    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula

    // MARK: Backward

    /// On which way a gradient comes back to an operand, where several ways meet.
    func way(to operand: Int) -> Meeting.Way

    /// Why the gradient of a scalar that this operation alone uses is what it is.
    func onlyReason(_ application: Application) -> String?

    /// The gradient of an operand's scalar that this operation alone uses, if the operation's result is the loss and its derivative
    /// is told as a whole: y − t.
    func lossDerivative(by index: Int, _ application: Application) -> Arithmetic?

    /// Whether a parameter's gradient is told past the operation: ∂L/∂o·∂o/∂z·∂z/∂w.
    var continuesChains: Bool { get }

    /// Whether each contribution to one scalar comes through another entry of a matrix.
    var runsOverEntries: Bool { get }

    // MARK: Whole tensors

    /// What stands right of the equals sign, and a remark; nil where the rule for one scalar says it all.
    func rule(_ application: Application) -> (formula: Formula, remark: Formula)?

    /// What the operation adds to an operand's gradient, and a remark, which may be empty.
    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String)

    /// The rule with numbers; nil where the matrices are too wide for a page.
    func forwardNumbers(_ application: Application) -> MatrixEquation?

    /// The gradient of an operand that this operation alone uses, with numbers.
    func backwardNumbers(of operand: Tape.ID, _ application: Application) -> MatrixEquation?

    // MARK: Conventions and places

    /// The slope that is taken where the operation's function has two.
    var kink: (name: Formula, slope: Double)? { get }

    /// Who has the derivative where several are the largest.
    var tie: String? { get }

    /// What else a reader must know to redo the numbers.
    var convention: String? { get }

    /// Whether only the loss is made of it.
    var isOfLoss: Bool { get }

    /// The operands' scalars with any of which a scalar of the result is chosen; nil: by the units of the layer that it belongs to.
    /// - Parameter namesLayer: whether units of that layer were chosen.
    func bearers(of index: Int, operands: [Tape.ID], on tape: Tape, namesLayer: Bool) -> [ScalarID]?
}

/// What holds for a simple operation.
extension ToldOperation {
    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        LocalStory(meaning: .number(contribution.local))
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([.words("How large is "), name, .words("?")])
    }

    func way(to operand: Int) -> Meeting.Way { .other }
    func onlyReason(_ application: Application) -> String? { nil }
    func lossDerivative(by index: Int, _ application: Application) -> Arithmetic? { nil }
    var continuesChains: Bool { false }
    var runsOverEntries: Bool { false }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? { nil }
    func forwardNumbers(_ application: Application) -> MatrixEquation? { nil }
    func backwardNumbers(of operand: Tape.ID, _ application: Application) -> MatrixEquation? { nil }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        (application.entrywise(.words("local")), "")
    }

    var kink: (name: Formula, slope: Double)? { nil }
    var tie: String? { nil }
    var convention: String? { nil }
    var isOfLoss: Bool { false }
    func bearers(of index: Int, operands: [Tape.ID], on tape: Tape, namesLayer: Bool) -> [ScalarID]? { nil }
}
