/// What an engine recorded of a training run: a few numbers a layer and step.
///
/// ```json
/// {"format": "backstep.recording", "version": 1, "framework": "pytorch 2.15", "model": "ResNet18", "layers": [{"name": "conv1", "kind": "Conv2d"}]}
/// {"step": 0, "loss": 2.303, "layers": {"conv1": {"gradient": {"norm": 0.013}, "weight": {"norm": 11.2, "update": 0.011}}}}
/// ```
package struct Recording: Hashable, Sendable {
    package struct Layer: Hashable, Sendable {
        package var name: String
        /// What the engine calls such a layer: "Conv2d"; nil where it doesn't say.
        package var kind: String?
        /// The module that is called, and which call of it this is, from 1: the layer `cell#2` is the second call of `cell`.
        package let module: String
        package let call: Int

        package init(name: String, kind: String? = nil) {
            self.name = name
            self.kind = kind.flatMap { $0.isEmpty ? nil : $0 }
            // The only place where a layer's name is taken apart.
            let parts = name.split(separator: "#", omittingEmptySubsequences: false)
            if parts.count == 2, !parts[0].isEmpty, let call = Int(parts[1]), call > 1 {
                (module, self.call) = (String(parts[0]), call)
            } else {
                (module, call) = (name, 1)
            }
        }
    }

    /// A number of one layer at one step.
    package enum Quantity: Int, CaseIterable, Sendable {
        /// The root mean square of the layer's output.
        case activationSize
        /// The share of zeros among the entries of the output, 0…1.
        case activationZeros
        /// The Frobenius norm of the loss's gradient with respect to the output.
        case gradientNorm
        /// The share of zeros among the entries of that gradient, 0…1.
        case gradientZeros
        /// The norm of the layer's weights, as the forward pass had them.
        case weightNorm
        /// The norm of the loss's gradient with respect to the weights, as the optimizer saw it.
        case weightGradient
        /// The norm of what the optimizer's step changed.
        case weightUpdate
    }

    package var framework: String?
    package var model: String?
    /// Data, batch, optimizer and rate, in the words of whoever recorded the run.
    package var setup: String?
    /// In the order of the forward pass.
    package let layers: [Layer]
    /// Rising.
    package private(set) var steps: [Int] = []
    private var losses: [Double] = []
    /// By quantity: for each step the numbers of all layers; empty where no layer has any.
    private var columns = [[Double]](repeating: [], count: Quantity.allCases.count)
    /// Whether the last line was cut off, as that of a run that is still going on, so that it is left out.
    package var isCutOff = false
    /// Differs where the file does.
    package var digest = ""

    package init(layers: [Layer], framework: String? = nil, model: String? = nil, setup: String? = nil) {
        self.layers = layers
        self.framework = framework
        self.model = model
        self.setup = setup
    }
}

extension Recording {
    /// Stands where nothing was recorded: a NaN of a payload that no arithmetic gives.
    static let absent = Double(bitPattern: 0x7FF8_0000_BAD0_5EED)

    /// The step's loss; nil where it is absent.
    /// - Parameter row: the number of the recorded step, from 0.
    package func loss(at row: Int) -> Double? { losses[row].recorded }

    /// Nil where it is absent. NaN and infinities are numbers that were recorded.
    package func value(_ quantity: Quantity, layer: Int, at row: Int) -> Double? {
        let column = columns[quantity.rawValue]
        return column.isEmpty ? nil : column[row * layers.count + layer].recorded
    }

    /// Whether any layer has the quantity at any step.
    package func has(_ quantity: Quantity) -> Bool { !columns[quantity.rawValue].isEmpty }

    /// Steps times layers, which sets the memory it takes.
    var cells: Int { steps.count * max(layers.count, 1) }

    /// The number of the last recorded step up to this one; nil before the first.
    package func row(upTo step: Int) -> Int? {
        var range = steps[...]
        while let middle = range.indices.dropFirst(range.count / 2).first {
            if steps[middle] <= step { range = range[(middle + 1)...] } else { range = range[..<middle] }
        }
        return range.startIndex > 0 ? range.startIndex - 1 : nil
    }

    /// Adds a step.
    /// - Parameters:
    ///   - numbers: for each layer one for each quantity, in their order, `absent` where there is none.
    mutating func append(step: Int, loss: Double, numbers: [Double]) {
        let width = Quantity.allCases.count
        for quantity in 0..<width {
            let isEmpty = columns[quantity].isEmpty
            if isEmpty, !stride(from: quantity, to: numbers.count, by: width).contains(where: { numbers[$0].recorded != nil }) { continue }
            if isEmpty { columns[quantity] += repeatElement(Self.absent, count: steps.count * layers.count) }
            for index in stride(from: quantity, to: numbers.count, by: width) { columns[quantity].append(numbers[index]) }
        }
        steps.append(step)
        losses.append(loss)
    }
}

extension Double {
    /// Nil where it stands for nothing.
    var recorded: Double? { bitPattern == Recording.absent.bitPattern ? nil : self }
}
