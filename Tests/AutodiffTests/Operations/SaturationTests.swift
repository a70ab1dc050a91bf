import Testing

@testable import Autodiff

@Suite("Slopes and losses keep their digits where functions saturate")
struct SaturationTests {
    /// What mpmath 1.3 gives with 700 digits at one x: derivatives of functions, and, for each target, the binary cross-entropy of the score x
    /// and its derivative σ(x) − t.
    struct Row: CustomTestStringConvertible {
        let x: Double
        let slopes: [(function: Pointwise, slope: Double)]
        let losses: [Double]
        let errors: [Double]

        init(
            _ x: Double, sigmoid: Double, tanh: Double, softplus: Double, swish: Double, gelu: Double, losses: [Double], errors: [Double]
        ) {
            self.x = x
            slopes = [(.sigmoid, sigmoid), (.tanh, tanh), (.softplus, softplus), (.swish(beta: 1), swish), (.gelu, gelu)]
            self.losses = losses
            self.errors = errors
        }

        var testDescription: String { "x = \(x)" }
    }

    private static let targets = [0, 0.25, 0.9, 1]

    private static let rows = [
        Row(
            -700.0, sigmoid: 9.8596765437597709e-305, tanh: 0, softplus: 9.8596765437597709e-305, swish: -6.8919139040880798e-302, gelu: 0,
            losses: [9.8596765437597709e-305, 175.0, 630.00000000000002, 700.0],
            errors: [9.8596765437597709e-305, -0.25, -0.90000000000000002, -1.0]),
        Row(
            -300.0, sigmoid: 5.1482002224120138e-131, tanh: 1.0601586212017243e-260, softplus: 5.1482002224120138e-131,
            swish: -1.5393118665011921e-128, gelu: 0,
            losses: [5.1482002224120138e-131, 75.0, 270.00000000000001, 300.0],
            errors: [5.1482002224120138e-131, -0.25, -0.90000000000000002, -1.0]),
        Row(
            -37.0, sigmoid: 8.5330476257440643e-17, tanh: 2.9125160713286575e-32, softplus: 8.5330476257440651e-17,
            swish: -3.0718971452678632e-15, gelu: -7.8382986694185162e-297,
            losses: [8.5330476257440654e-17, 9.2500000000000001, 33.300000000000001, 37.0],
            errors: [8.5330476257440651e-17, -0.24999999999999991, -0.89999999999999994, -0.99999999999999991]),
        Row(
            -30.0, sigmoid: 9.3576229688384233e-14, tanh: 3.5026043050786081e-26, softplus: 9.357622968839299e-14,
            swish: -2.713710660963134e-12, gelu: -4.4160316907084944e-195,
            losses: [9.3576229688397368e-14, 7.5000000000000936, 27.000000000000094, 30.000000000000094],
            errors: [9.357622968839299e-14, -0.24999999999990642, -0.89999999999990645, -0.99999999999990642]),
        Row(
            -15.0, sigmoid: 3.0590213334945229e-7, tanh: 3.7430491875353693e-13, softplus: 3.0590222692562473e-7,
            swish: -4.2826297733161596e-6, gelu: -8.2593546627734967e-49,
            losses: [3.0590227371372049e-7, 3.7500003059022737, 13.500000305902274, 15.000000305902274],
            errors: [3.0590222692562473e-7, -0.24999969409777307, -0.8999996940977731, -0.99999969409777307]),
        Row(
            -8.0, sigmoid: 3.3523767075647422e-4, tanh: 4.5014059756372917e-7, softplus: 3.353501304664781e-4,
            swish: -0.0023465512355853157, gelu: -3.979607261086796e-14,
            losses: [3.3540637289576883e-4, 2.0003354063728958, 7.2003354063728959, 8.0003354063728958],
            errors: [3.353501304664781e-4, -0.24966464986953352, -0.89966464986953354, -0.99966464986953352]),
        Row(
            -4.5, sigmoid: 0.010866229722225234, tanh: 4.9351739905939563e-4, softplus: 0.01098694263059318, swish: -0.037911091119420374,
            gelu: -6.8529161856344575e-5,
            losses: [0.011047744848593816, 1.1360477448485938, 4.0610477448485939, 4.5110477448485938],
            errors: [0.01098694263059318, -0.23901305736940682, -0.88901305736940684, -0.98901305736940682]),
        Row(
            -0.5, sigmoid: 0.23500371220159449, tanh: 0.78644773296592741, softplus: 0.37754066879814544, swish: 0.26003881269734819,
            gelu: 0.13250487534383716,
            losses: [0.47407698418010668, 0.59907698418010668, 0.92407698418010669, 0.97407698418010668],
            errors: [0.37754066879814544, 0.12754066879814544, -0.52245933120185459, -0.62245933120185456]),
        Row(
            0, sigmoid: 0.25, tanh: 1.0, softplus: 0.5, swish: 0.5, gelu: 0.5,
            losses: [0.69314718055994531, 0.69314718055994531, 0.69314718055994531, 0.69314718055994531],
            errors: [0.5, 0.25, -0.40000000000000002, -0.5]),
        Row(
            0.5, sigmoid: 0.23500371220159449, tanh: 0.78644773296592741, softplus: 0.62245933120185456, swish: 0.73996118730265181,
            gelu: 0.86749512465616284,
            losses: [0.97407698418010668, 0.84907698418010668, 0.52407698418010667, 0.47407698418010668],
            errors: [0.62245933120185456, 0.37245933120185456, -0.27754066879814546, -0.37754066879814544]),
        Row(
            3.0, sigmoid: 0.045176659730912133, tanh: 0.0098660371654401913, softplus: 0.95257412682243322, swish: 1.0881041060151696,
            gelu: 1.0119456472041839,
            losses: [3.0485873515737421, 2.2985873515737421, 0.34858735157374199, 0.048587351573742059],
            errors: [0.95257412682243322, 0.70257412682243322, 0.052574126822433197, -0.047425873177566781]),
        Row(
            4.4000000000000004, sigmoid: 0.011981336049106468, tanh: 6.0275057779092362e-4, softplus: 0.98787156501572576,
            swish: 1.0405894436317942, gelu: 1.0001043343297685,
            losses: [4.4122025846076964, 3.3122025846076964, 0.45220258460769603, 0.012202584607696094],
            errors: [0.98787156501572576, 0.73787156501572576, 0.087871565015725742, -0.012128434984274236]),
        Row(
            4.5999999999999996, sigmoid: 0.0098527635065062047, tanh: 4.0407594803900497e-4, softplus: 0.99004819813309567,
            swish: 1.0353709102630242, gelu: 1.0000445354647987,
            losses: [4.6100016520556515, 3.4600016520556516, 0.4700016520556517, 0.010001652055651835],
            errors: [0.99004819813309567, 0.74004819813309567, 0.090048198133095653, -0.0099518018669043251]),
        Row(
            7.5, sigmoid: 5.524730727021604e-4, tanh: 1.2236085333978091e-6, softplus: 0.9994472213630764, swish: 1.0035907694083426,
            gelu: 1.0000000000017938,
            losses: [7.5005529314753608, 5.6255529314753608, 0.75055293147536063, 5.5293147536079638e-4],
            errors: [0.9994472213630764, 0.7494472213630764, 0.099447221363076378, -5.5277863692359952e-4]),
        Row(
            7.7000000000000002, sigmoid: 4.524173563635638e-4, tanh: 8.2020949387279136e-7, softplus: 0.99954737777675946,
            swish: 1.0030309914207589, gelu: 1.0000000000004032,
            losses: [7.7004527246875988, 5.7754527246875988, 0.77045272468759846, 4.5272468759861746e-4],
            errors: [0.99954737777675946, 0.74954737777675946, 0.099547377776759443, -4.5262222324053501e-4]),
        Row(
            15.0, sigmoid: 3.0590213334945229e-7, tanh: 3.7430491875353693e-13, softplus: 0.99999969409777307, swish: 1.0000042826297733,
            gelu: 1.0,
            losses: [15.000000305902274, 11.250000305902274, 1.5000003059022734, 3.0590227371372049e-7],
            errors: [0.99999969409777307, 0.74999969409777307, 0.099999694097773052, -3.0590222692562473e-7]),
        Row(
            20.0, sigmoid: 2.0611536139418493e-9, tanh: 1.6993417021166356e-17, softplus: 0.99999999793884638, swish: 1.0000000391619187,
            gelu: 1.0,
            losses: [20.000000002061154, 15.000000002061154, 2.0000000020611532, 2.0611536203143807e-9],
            errors: [0.99999999793884638, 0.74999999793884638, 0.09999999793884636, -2.0611536181902036e-9]),
        Row(
            30.0, sigmoid: 9.3576229688384233e-14, tanh: 3.5026043050786081e-26, softplus: 0.99999999999990642, swish: 1.0000000000027137,
            gelu: 1.0,
            losses: [30.000000000000094, 22.500000000000094, 3.0000000000000929, 9.3576229688397368e-14],
            errors: [0.99999999999990642, 0.74999999999990642, 0.099999999999906402, -9.357622968839299e-14]),
        Row(
            37.0, sigmoid: 8.5330476257440643e-17, tanh: 2.9125160713286575e-32, softplus: 0.99999999999999991, swish: 1.0000000000000031,
            gelu: 1.0,
            losses: [37.0, 27.75, 3.6999999999999993, 8.5330476257440654e-17],
            errors: [0.99999999999999991, 0.74999999999999991, 0.099999999999999892, -8.5330476257440651e-17]),
        Row(
            100.0, sigmoid: 3.720075976020836e-44, tanh: 5.5355861069469501e-87, softplus: 1.0, swish: 1.0, gelu: 1.0,
            losses: [100.0, 75.0, 9.9999999999999978, 3.720075976020836e-44],
            errors: [1.0, 0.75, 0.099999999999999978, -3.720075976020836e-44]),
        Row(
            300.0, sigmoid: 5.1482002224120138e-131, tanh: 1.0601586212017243e-260, softplus: 1.0, swish: 1.0, gelu: 1.0,
            losses: [300.0, 225.0, 29.999999999999993, 5.1482002224120138e-131],
            errors: [1.0, 0.75, 0.099999999999999978, -5.1482002224120138e-131]),
        Row(
            354.5, sigmoid: 1.1030778533827171e-154, tanh: 4.8671230024936923e-308, softplus: 1.0, swish: 1.0, gelu: 1.0,
            losses: [354.5, 265.875, 35.449999999999992, 1.1030778533827171e-154],
            errors: [1.0, 0.75, 0.099999999999999978, -1.1030778533827171e-154]),
        Row(
            700.0, sigmoid: 9.8596765437597709e-305, tanh: 0, softplus: 1.0, swish: 1.0, gelu: 1.0,
            losses: [700.0, 525.0, 69.999999999999984, 9.8596765437597709e-305],
            errors: [1.0, 0.75, 0.099999999999999978, -9.8596765437597709e-305]),
    ]

    /// The cross-entropy of the scores (x, 0, −1) where the first class is right, and its gradient, by mpmath too.
    private static let threeClasses: [(x: Double, loss: Double, gradient: [Double])] = [
        (-700.0, 700.31326168751822, [-1.0, 0.73105857863000488, 0.26894142136999512]),
        (-300.0, 300.31326168751822, [-1.0, 0.73105857863000488, 0.26894142136999512]),
        (-37.0, 37.313261687518223, [-0.99999999999999994, 0.73105857863000483, 0.2689414213699951]),
        (-30.0, 30.313261687518291, [-0.99999999999993159, 0.73105857862995487, 0.26894142136997672]),
        (-15.0, 15.313261911150713, [-0.99999977636753439, 0.73105841514157243, 0.26894136122596195]),
        (-8.0, 8.3135069002830532, [-0.99975481729736244, 0.73087933571191, 0.26887548158545244]),
        (-4.5, 4.8213502142290125, [-0.9919440974017934, 0.7251692419269782, 0.2667748554748152]),
        (-0.5, 1.1802696706417346, [-0.6928041142815016, 0.50648039105565403, 0.18632372322584758]),
        (0, 0.86199480405825108, [-0.5776812017484818, 0.4223187982515182, 0.15536240349696361]),
        (0.5, 0.60413060533672827, [-0.45345061273382036, 0.33149896042409151, 0.12195165230972886]),
        (3.0, 0.065883903757429168, [-0.063760448123494281, 0.046612622577973891, 0.01714782554552039]),
        (4.4000000000000004, 0.01665446216327667, [-0.016516543324446093, 0.012074560686650456, 0.0044419826377956367]),
        (4.5999999999999996, 0.013656029984917899, [-0.013563209408027945, 0.0099155005914940194, 0.0036477088165339256]),
        (7.5, 7.5626669739627412e-4, [-7.5598079981362754e-4, 5.5266624898332481e-4, 2.0331455083030273e-4]),
        (7.7000000000000002, 6.1922123682639229e-4, [-6.1902955892204169e-4, 4.5254686947550665e-4, 1.6648268944653504e-4]),
        (15.0, 4.1843740767614062e-7, [-4.1843732013122076e-7, 3.0590219250087858e-7, 1.1253512763034218e-7]),
        (20.0, 2.8194096612552131e-9, [-2.8194096572806777e-9, 2.0611536166273214e-9, 7.5825604065335626e-10]),
        (30.0, 1.2800100077309332e-13, [-1.2800100077308513e-13, 9.3576229688389768e-14, 3.4424771084695358e-14]),
        (37.0, 1.1672180417792095e-16, [-1.1672180417792094e-16, 8.5330476257440648e-17, 3.1391327920480293e-17]),
        (100.0, 5.088615447194689e-44, [-5.088615447194689e-44, 3.720075976020836e-44, 1.368539471173853e-44]),
        (300.0, 7.0421172432716405e-131, [-7.0421172432716405e-131, 5.1482002224120138e-131, 1.8939170208596267e-131]),
        (354.5, 1.5088775176537452e-154, [-1.5088775176537452e-154, 1.1030778533827171e-154, 4.0579966427102814e-155]),
        (700.0, 1.3486848840809293e-304, [-1.3486848840809293e-304, 9.8596765437597709e-305, 3.6271722970495224e-305]),
    ]

    /// To 10⁻¹² of the reference; below the normal numbers there are not so many digits.
    private func agree(_ a: Double, _ reference: Double) -> Bool {
        abs(a - reference) <= 1e-12 * abs(reference) + 4 * Double.leastNonzeroMagnitude
    }

    @Test("a slope, by itself, in a contribution and passed back", arguments: rows)
    func slopes(_ row: Row) {
        for (function, slope) in row.slopes {
            let found = function.derivative(at: row.x)
            #expect(agree(found, slope), "\(function): \(found), not \(slope)")
            // One beside ordinary numbers, and one of the last few of a run.
            let x = Tensor(shape: [11], scalars: (0..<11).map { $0 == 2 || $0 == 10 ? row.x : Double($0) - 5 })
            let y = function.evaluate([x])
            let passedBack = function.pullback(Tensor(repeating: 1, shape: [11]), operands: [x], output: y)[0]
            for index in 0..<11 {
                #expect(passedBack?.scalars[index] == function.derivative(at: x.scalars[index]), "\(function) at \(x.scalars[index])")
                function.localDerivatives(of: index, operands: [x], output: y) { _, entry, local in
                    #expect(local == passedBack?.scalars[entry])
                }
            }
        }
    }

    @Test("1 − σ(x) has the digits of σ(−x) on a tape, first, anew and in a workspace, and is a function of σ(x) alone", arguments: rows)
    func complement(_ row: Row) {
        var tape = Tape()
        let x = tape.source(.input, name: "x", shape: [])
        let y = tape.record(.pointwise(.sigmoid), [x], name: "y")
        let share = tape.record(.pointwise(.complement), [y], name: "share")
        // σ(x) − 1, the error where the target is 1.
        let expected = -row.errors[3]
        let pass = Pass(tape, sources: [x: Tensor(row.x)], result: share)
        #expect(agree(pass.value(share)[], expected), "\(pass.value(share)[]), not \(expected)")
        #expect(agree(pass.gradient(x)[], -row.slopes[0].slope) && pass.gradient(y)[] == -1)

        var values = tape.evaluate([x: Tensor(0)])
        values[x.index] = Tensor(row.x)
        tape.reevaluate(&values, downstream: tape.downstream(of: x), of: x)
        var workspace = Workspace(tape)
        workspace.set(x, to: [row.x])
        workspace.evaluate()
        #expect(values[share.index] == pass.value(share) && workspace.scalar(share) == pass.value(share)[])

        // Where 1 − y has its digits its bits are kept, and a y that is moved by itself moves it.
        let ordinary = 1 - logistic(row.x)
        if row.x < 7.6 { #expect(pass.value(share)[] == ordinary) }
        var moved = pass.values
        moved[y.index] = Tensor(pass.value(y)[] - 1e-3)
        tape.reevaluate(&moved, downstream: tape.downstream(of: y), of: y)
        #expect(moved[share.index][] == 1 - moved[y.index][])
    }

    @Test("σ′ and tanh′ are even", arguments: rows)
    func symmetry(_ row: Row) {
        for function in [Pointwise.sigmoid, .tanh] {
            #expect(agree(function.derivative(at: -row.x), function.derivative(at: row.x)))
        }
    }

    @Test("binary cross-entropy and its gradient, for certain and right answers too", arguments: rows)
    func binaryCrossEntropy(_ row: Row) {
        let loss = BatchLoss.binaryCrossEntropy
        for (target, (value, error)) in zip(Self.targets, zip(row.losses, row.errors)) {
            let operands = [Tensor(shape: [1], scalars: [row.x]), Tensor(shape: [1], scalars: [target])]
            let output = loss.evaluate(operands)
            #expect(agree(output[], value), "of \(row.x), \(target): \(output[]), not \(value)")
            let passedBack = loss.pullback(Tensor(1), operands: operands, output: output)[0]?.scalars[0] ?? .nan
            #expect(agree(passedBack, error), "gradient of \(row.x), \(target): \(passedBack), not \(error)")
            loss.localDerivatives(of: 0, operands: operands, output: output) { _, _, local in #expect(local == passedBack) }
        }
    }

    @Test(
        "the error of an undecided score keeps its digits where the target is a half",
        arguments: [
            // ½·tanh(x/2) by its series in fractions.
            (1e-8, 0.5, 2.4999999999999999e-9), (-1e-8, 0.5, -2.4999999999999999e-9), (1e-15, 0.5, 2.5e-16), (1e-300, 0.5, 2.5e-301),
            (0, 0.5, 0), (1e-3, 0.5, 2.4999997916666873e-4), (0.002, 0.5, 4.9999983333340000e-4),
        ])
    func undecided(_ x: Double, _ target: Double, _ error: Double) {
        let operands = [Tensor(shape: [1], scalars: [x]), Tensor(shape: [1], scalars: [target])]
        let loss = BatchLoss.binaryCrossEntropy
        let passedBack = loss.pullback(Tensor(1), operands: operands, output: loss.evaluate(operands))[0]?.scalars[0] ?? .nan
        #expect(agree(passedBack, error), "\(passedBack), not \(error)")
    }

    @Test("cross-entropy and its gradient, and a softmax with the slope of its share", arguments: threeClasses)
    func crossEntropy(_ x: Double, _ loss: Double, _ gradient: [Double]) {
        let scores = Tensor(shape: [1, 3], scalars: [x, 0, -1])
        let operands = [scores, Tensor(shape: [1], scalars: [0])]
        let output = BatchLoss.crossEntropy.evaluate(operands)
        #expect(agree(output[], loss), "of \(x): \(output[]), not \(loss)")
        let passedBack = BatchLoss.crossEntropy.pullback(Tensor(1), operands: operands, output: output)[0]?.scalars ?? []
        #expect(zip(passedBack, gradient).allSatisfy { agree($0, $1) }, "of \(x): \(passedBack), not \(gradient)")

        // ∂p₁/∂x = p₁(1 − p₁), ∂p₁/∂0 = −p₁p₂: p₁ times the loss's gradient with its sign turned, whatever level the upstream gradients have.
        let shares = Softmax().evaluate([scores])
        let expected = gradient.map { -$0 * shares.scalars[0] }
        Softmax().localDerivatives(of: 0, operands: [scores], output: shares) { _, entry, local in
            #expect(agree(local, expected[entry]), "∂p₁/∂s of \(x): \(local), not \(expected[entry])")
        }
        for level in [0.0, -1] {
            let upstream = Tensor(shape: [1, 3], scalars: [level + 1, level, level])
            let found = Softmax().pullback(upstream, operands: [scores], output: shares)[0]?.scalars ?? []
            guard x >= 4 else { continue }
            #expect(zip(found, expected).allSatisfy { agree($0, $1) }, "of \(x), level \(level): \(found), not \(expected)")
        }
    }

    @Test("scores with a large number in common cost what they cost without it")
    func commonLevel() {
        let plain = BatchLoss.crossEntropy([1, 0.5, -1], right: 0)
        for level in [1024.0, 1_048_576, -1_048_576] {
            let raised = BatchLoss.crossEntropy([1 + level, 0.5 + level, -1 + level], right: 0)
            #expect(agree(raised, plain), "\(raised), not \(plain)")
        }
    }

    @Test("below saturation σ′, tanh′ and the losses keep the bits of their simplest form", arguments: [-3, -1, -0.25, 0, 0.5, 2, 4])
    func ordinaryBits(_ x: Double) {
        let (s, t) = (logistic(x), Pointwise.tanh(x))
        #expect(Pointwise.sigmoid.derivative(at: x) == s * (1 - s))
        #expect(Pointwise.tanh.derivative(at: x) == 1 - t * t)
        #expect(BatchLoss.binaryCrossEntropy(score: x, target: 1) == Pointwise.softplus(x) - x)
        #expect(BatchLoss.error(score: x, share: s, target: 1) == s - 1)
    }

    @Test("no number is lost on the way: infinities have slope 0, NaN stays NaN")
    func extremes() {
        for function in [Pointwise.sigmoid, .tanh] {
            for x in [Double.infinity, -.infinity, 1e300, -1e300] { #expect(function.derivative(at: x) == 0) }
            #expect(function.derivative(at: .nan).isNaN)
        }
    }
}
