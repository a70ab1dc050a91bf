import Autodiff
import Notation

/// Everything that explanations need to know about an operation: how a scalar of its result is computed, what its local derivatives mean,
/// its questions and sentences, and the rules for whole tensors. Each operation has a file of its own; `Primitive.telling` finds it.
///
/// An operation that no network uses on several scalars may leave out the rules for tensors.
protocol ToldOperation: Sendable {
    /// The label inside the operation's node of a graph.
    var face: Formula { get }

    /// How a scalar of the result is computed from the operands' values.
    func explanation(of index: Int, _ application: Application) -> Explanation

    /// The meaning of a contribution's local derivative: σ′(z₃), the weight w₅.
    func local(_ contribution: Contribution, _ application: Application) -> LocalStory

    /// The question about a value.
    /// - Parameters:
    ///   - name: the scalar's symbol, or the tensor's for a group of its scalars.
    ///   - index: the scalar, or the first of a group.
    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula

    /// The meaning of a value.
    /// - Parameter isFirst: whether this is the first step about the result; later ones do not repeat what has been said.
    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula

    // MARK: Backward

    /// The path on which a gradient comes back to an operand, where several paths meet.
    func way(to operand: Int) -> Meeting.Way

    /// Why a scalar that only this operation uses has its gradient.
    func onlyReason(_ application: Application) -> String?

    /// The gradient of a scalar that only this operation uses, if the operation's result is the loss and its derivative is explained as a
    /// whole: y − t.
    func lossDerivative(by index: Int, _ application: Application) -> Arithmetic?

    /// Whether a parameter's gradient is written through the operation: ∂L/∂o·∂o/∂z·∂z/∂w.
    var continuesChains: Bool { get }

    /// Whether each contribution to one scalar comes through another entry of a matrix.
    var runsOverEntries: Bool { get }

    // MARK: Whole tensors

    /// The right-hand side of the rule, and a remark; nil where the rule for one scalar says it all.
    func rule(_ application: Application) -> (formula: Formula, remark: Formula)?

    /// The operation's term in an operand's gradient, and a remark, which may be empty.
    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String)

    /// The rule with numbers; nil where the matrices are too wide for a page.
    func forwardNumbers(_ application: Application) -> MatrixEquation?

    /// The gradient of an operand that only this operation uses, with numbers.
    func backwardNumbers(of operand: Tape.ID, _ application: Application) -> MatrixEquation?

    // MARK: Conventions and places

    /// The derivative used at the kink of the operation's function.
    var kink: (name: Formula, slope: Double)? { get }

    /// Which entry gets the gradient at a tie.
    var tie: String? { get }

    /// What else a reader must know to reproduce the numbers.
    var convention: String? { get }

    /// Whether it is a part of the loss.
    var isOfLoss: Bool { get }

    /// The operands' scalars, any of which selects a scalar of the result; nil if the units of its layer decide.
    /// - Parameter namesLayer: whether units of that layer were selected.
    func bearers(of index: Int, operands: [Tape.ID], on tape: Tape, namesLayer: Bool) -> [ScalarID]?
}

/// Defaults for a simple operation.
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
