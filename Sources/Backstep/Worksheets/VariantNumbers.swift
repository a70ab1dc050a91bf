import Autodiff
import Lessons
import NeuralNetworks
import Telling
import Traces

/// Draws short numbers for a lesson, until it can be worked by hand as well as the lesson itself.
struct VariantNumbers {
    private let lesson: Lesson
    private var generator: Xoshiro
    /// Which gradients are 0 in the lesson: dead units, or what nothing depends on.
    private let zeros: [Bool]
    private let hasKink: Bool

    /// Units saturate where their inputs are as large as an expression's numbers may be.
    private var isExpression: Bool { if case .expression = lesson.subject { true } else { false } }

    static let mostTries = 3_000
    private static let leastGradient = 1e-4

    /// - Parameter variant: from 2; each has numbers of its own, whatever others there are.
    init(_ lesson: Lesson, _ trace: Trace, seed: UInt64, variant: Int) {
        self.lesson = lesson
        generator = Xoshiro(seed: seed, stream: "variant \(variant)")
        zeros = Self.gradients(of: trace).map { $0 == 0 }
        hasKink = Self.isAtKink(trace)
    }

    /// - Throws: where no try gives numbers that a class can work with.
    mutating func draw() throws(WorksheetError) -> LessonNumbers {
        var faults: [VariantFault: Int] = [:]
        for place in 0..<Self.mostTries {
            // What is 0 in the lesson may be its topic; where that is too much to ask for, it may be something.
            let keepsZeros = place < Self.mostTries / 10
            switch lesson.subject {
            case .network(let problem):
                guard let lowered = try? problem.lowered() else { continue }
                let (numbers, drawn) = numbers(of: problem, lowered)
                guard let trace = try? Trace(drawn) else { continue }
                guard let fault = fault(of: trace, keepsZeros) else { return numbers }
                faults[fault, default: 0] += 1
            case .expression(let problem):
                let (numbers, drawn) = numbers(of: problem)
                guard let fault = fault(of: Trace(drawn), keepsZeros) else { return numbers }
                faults[fault, default: 0] += 1
            case .experiment, .recording: break
            }
        }
        throw .noNumbers(tries: Self.mostTries, faults: faults)
    }

    private mutating func numbers(of problem: TrainingProblem, _ lowered: LoweredProblem) -> (LessonNumbers, TrainingProblem) {
        var (numbers, drawn) = (LessonNumbers(), problem)
        for (parameter, value) in zip(lowered.parameters, lowered.initialParameters()) {
            // A scale of 1 and a shift of 0 are what they are before training.
            let isKept = parameter.key.kind == .scale && value.scalars.allSatisfy { $0 == 1 }
            numbers.parameters[parameter.name] = isKept ? value : short(value)
        }
        // Masks and initial states stay as they are.
        drawn.network.written.merge(numbers.parameters) { $1 }
        if case .tokens = problem.network.input {
            numbers.inputs = problem.inputs
        } else {
            numbers.inputs = short(problem.inputs)
            drawn.inputs = numbers.inputs ?? problem.inputs
        }
        if case .values(let targets) = problem.targets {
            // Rows of probabilities sum to 1; 0 and 1 say yes and no.
            let isSum = problem.loss.takesProbabilityRows
            numbers.targets = isSum || targets.scalars.allSatisfy { $0 == 0 || $0 == 1 } ? targets : short(targets)
            drawn.targets = .values(numbers.targets ?? targets)
        }
        return (numbers, drawn)
    }

    private mutating func numbers(of problem: ExpressionProblem) -> (LessonNumbers, ExpressionProblem) {
        var (numbers, drawn) = (LessonNumbers(), problem)
        let inputs = problem.program.inputs.map { ($0.name, short($0.value)) }
        for (name, value) in inputs { numbers.at[name] = value }
        drawn.program = ExpressionProgram(lines: problem.program.lines, inputs: inputs, constants: problem.program.constants)
        return (numbers, drawn)
    }

    private mutating func short(_ tensor: Tensor) -> Tensor {
        Tensor(shape: tensor.shape, scalars: tensor.scalars.map { short($0) })
    }

    /// A number of the same kind with at most two significant digits: 0 stays 0, a small whole number of an expression is
    /// whole, what lies between 0 and 1 stays there.
    private mutating func short(_ value: Double) -> Double {
        guard value != 0, value.isFinite else { return 0 }
        let sign = uniform() < 0.8 ? value.sign : value.sign == .plus ? .minus : .plus
        let size = abs(value)
        if isExpression, size == size.rounded(), size < 10 {
            return Double(sign: sign, exponent: 0, significand: Double(1 + Int(uniform() * 9)))
        }
        let wanted = size * (0.5 + uniform())
        if size < 1 { return Self.rounded(min(wanted, 0.99), as: sign == .minus && value > 0 && size > 0.9 ? .plus : sign) }
        return Self.rounded(wanted, as: sign)
    }

    /// To two significant digits, by way of the decimal that a reader sees.
    private static func rounded(_ size: Double, as sign: FloatingPointSign) -> Double {
        var (scaled, power) = (size, 0)
        while scaled < 10, power > -300 { (scaled, power) = (scaled * 10, power - 1) }
        while scaled >= 100, power < 300 { (scaled, power) = (scaled / 10, power + 1) }
        let digits = max(1, Int(scaled.rounded()))
        let value = Double("\(digits)e\(power)") ?? size
        return sign == .minus ? -value : value
    }

    private mutating func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }

    /// Why a class could not work with the numbers; nil where it can.
    private func fault(of trace: Trace, _ keepsZeros: Bool) -> VariantFault? {
        guard trace.tape.allIDs.allSatisfy({ trace.pass.value($0).scalars.allSatisfy { $0.isFinite && abs($0) < 1e5 } }) else {
            return .large
        }
        let gradients = Self.gradients(of: trace)
        guard gradients.count == zeros.count else { return .zeros }
        for (gradient, isZero) in zip(gradients, zeros) {
            if gradient == 0 ? !isZero : isZero && keepsZeros { return .zeros }
            if gradient != 0, abs(gradient) < Self.leastGradient { return .smallGradient }
        }
        return hasKink || !Self.isAtKink(trace) ? nil : .kink
    }

    /// Of everything that has one; what rounding leaves of 0 is 0.
    private static func gradients(of trace: Trace) -> [Double] {
        let noise = Storyteller(trace).noise
        return trace.tape.allIDs.filter(trace.hasGradient).flatMap { trace.pass.gradient($0).scalars }.map { abs($0) <= noise ? 0 : $0 }
    }

    /// Whether a function has a kink where it is taken, or so near that the printed digits don't tell.
    private static func isAtKink(_ trace: Trace) -> Bool {
        if !Storyteller(trace).kinks.isEmpty { return true }
        return trace.tape.allIDs.contains { id in
            guard case .result(.pointwise(let function), let operands) = trace.tape[id].origin, let operand = operands.first else {
                return false
            }
            return function.row.kinks.contains { kink in trace.pass.value(operand).scalars.contains { abs($0 - kink.x) < 0.01 } }
        }
    }
}

extension Loss {
    /// Whether its targets may be rows of probabilities, or must lie in 0…1.
    fileprivate var takesProbabilityRows: Bool {
        switch measure {
        case .crossEntropy, .binaryCrossEntropy: true
        case .halfSquaredError, .squaredError, .absoluteError, .huber, .outputSum, .hinge: false
        }
    }
}
