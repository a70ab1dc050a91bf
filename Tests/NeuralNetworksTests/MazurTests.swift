import Autodiff
import NeuralNetworks
import Testing

@Suite("Mazur's 2-2-2 network")
struct MazurTests {
    static let problem = TrainingProblem(
        network: Network(
            input: .features(2),
            layers: [
                Layer(name: "hidden", kind: .dense(DenseLayer(units: 2))), Layer(name: "sigmoid1", kind: .activation(.sigmoid)),
                Layer(name: "output", kind: .dense(DenseLayer(units: 2))), Layer(name: "sigmoid2", kind: .activation(.sigmoid)),
            ],
            written: [
                "hidden.weight": Tensor(shape: [2, 2], scalars: [0.15, 0.20, 0.25, 0.30]),
                "hidden.bias": Tensor(shape: [2], scalars: [0.35, 0.35]),
                "output.weight": Tensor(shape: [2, 2], scalars: [0.40, 0.45, 0.50, 0.55]),
                "output.bias": Tensor(shape: [2], scalars: [0.60, 0.60]),
            ]),
        inputs: Tensor(shape: [1, 2], scalars: [0.05, 0.10]), targets: .values(Tensor(shape: [1, 2], scalars: [0.01, 0.99])),
        loss: .halfSquaredError, optimizer: Optimizer(kind: .sgd, learningRate: 0.5),
        frozen: ["hidden.bias", "output.bias"])

    @Test("has the published loss, gradients and updated weights, its biases left alone")
    func published() throws {
        let lowered = try Self.problem.lowered()
        let pass = lowered.pass()
        let update = Update(lowered, pass)
        #expect(abs(pass.value(lowered.loss)[] - 0.2983711087600027) < 1e-15)
        #expect(lowered.parameters.map(\.name) == ["hidden.weight", "hidden.bias", "output.weight", "output.bias"])
        let gradients = lowered.parameters.map { pass.gradient($0.id) }
        #expect(abs(gradients[2][0, 0] - 0.08216704056423078) < 1e-16)
        #expect(abs(gradients[0][0, 0] - 0.00043856773447434685) < 1e-17)
        #expect(update.clipped == gradients)
        let updated = try #require(update.updated)
        #expect(abs(updated[2][0, 0] - 0.35891648) < 1e-8)
        #expect(abs(updated[0][0, 0] - 0.149780716) < 1e-9)
        #expect(updated[1].scalars == [0.35, 0.35] && updated[3].scalars == [0.6, 0.6])
        let after = try #require(update.lossAfter)
        #expect(abs(after - 0.29102777369359933) < 1e-15)
    }

    @Test("updates the biases too where nothing is frozen, and nothing without an optimizer")
    func variants() throws {
        var problem = Self.problem
        problem.frozen = []
        let lowered = try problem.lowered()
        let pass = lowered.pass()
        let updated = try #require(Update(lowered, pass).updated)
        for (parameter, tensor) in zip(lowered.parameters, updated) {
            for index in 0..<tensor.count {
                #expect(
                    tensor.scalars[index] == pass.value(parameter.id).scalars[index] + -0.5 * pass.gradient(parameter.id).scalars[index])
            }
        }
        problem.optimizer = nil
        problem.clipping = .value(0.01)
        let clipped = Update(try problem.lowered(), pass)
        #expect(clipped.updated == nil && clipped.lossAfter == nil)
        #expect(clipped.clipped.flatMap(\.scalars).allSatisfy { abs($0) <= 0.01 })
    }
}
