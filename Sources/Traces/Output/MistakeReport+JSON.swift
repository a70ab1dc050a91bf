import Autodiff
package import NeuralNetworks

extension MistakeReport {
    /// As `backstep mistakes --format json` prints it.
    package var json: JSON {
        func tensors(_ tensors: [Tensor]) -> JSON {
            .object(zip(trainables, tensors).map { JSON.Member(key: $0.name, value: $1.json) })
        }
        return .object([
            "format": .string("backstep.mistakes"), "version": .integer(1),
            "mistakes": .array(
                entries.map { entry in
                    var members: [JSON.Member] = [
                        .init(key: "kind", value: .string(entry.mistake.rawValue)),
                        .init(key: "gradients", value: tensors(entry.run.gradients)),
                    ]
                    if let updated = entry.run.updated { members.append(.init(key: "updated", value: tensors(updated))) }
                    if let after = entry.run.lossAfter { members.append(.init(key: "loss-after", value: .number(after))) }
                    members.append(.init(key: "differs", value: .array(entry.differs.map(JSON.string))))
                    return .object(members)
                }),
        ])
    }
}
