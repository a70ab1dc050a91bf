extension Recording {
    /// The recording as lines of JSON, with what was kept of it and nothing else; where the last line was cut off, so is the last of these.
    /// - Parameter most: the most bytes.
    /// - Returns: nil where it would take more.
    package func lines(most: Int) -> [String]? {
        var lines = [head]
        var count = head.utf8.count + (isCutOff ? 2 : 0)
        for row in steps.indices {
            let line = line(at: row)
            count += line.utf8.count + 1
            guard count <= most else { return nil }
            lines.append(line)
        }
        return isCutOff ? lines + ["{"] : lines
    }

    private var head: String {
        var head = "{\"format\": \"backstep.recording\", \"version\": 1"
        if let framework { head += ", \"framework\": \(framework.quotedForJSON)" }
        if let model { head += ", \"model\": \(model.quotedForJSON)" }
        if let setup { head += ", \"setup\": \(setup.quotedForJSON)" }
        let layers = layers.map { layer in
            "{\"name\": \(layer.name.quotedForJSON)\(layer.kind.map { ", \"kind\": \($0.quotedForJSON)" } ?? "")}"
        }
        return head + ", \"layers\": [\(layers.joined(separator: ", "))]}"
    }

    private func line(at row: Int) -> String {
        var line = "{\"step\": \(steps[row])"
        if let loss = loss(at: row) { line += ", \"loss\": \(loss.asJSON)" }
        let members = layers.indices.compactMap { layer in
            parts(of: layer, at: row).map { "\(layers[layer].name.quotedForJSON): \($0)" }
        }
        if !members.isEmpty { line += ", \"layers\": {\(members.joined(separator: ", "))}" }
        return line + "}"
    }

    /// Nil where nothing of the layer was recorded.
    private func parts(of layer: Int, at row: Int) -> String? {
        func part(_ name: String, _ members: (String, Quantity)...) -> String? {
            let numbers = members.compactMap { key, quantity in
                value(quantity, layer: layer, at: row).map { "\"\(key)\": \($0.asJSON)" }
            }
            return numbers.isEmpty ? nil : "\"\(name)\": {\(numbers.joined(separator: ", "))}"
        }
        let parts = [
            part("activation", ("rms", .activationSize), ("zeros", .activationZeros)),
            part("gradient", ("norm", .gradientNorm), ("zeros", .gradientZeros)),
            part("weight", ("norm", .weightNorm), ("gradient", .weightGradient), ("update", .weightUpdate)),
        ].compactMap(\.self)
        return parts.isEmpty ? nil : "{\(parts.joined(separator: ", "))}"
    }
}

extension Double {
    fileprivate var asJSON: String { isFinite ? "\(self)" : isNaN ? "\"nan\"" : self > 0 ? "\"inf\"" : "\"-inf\"" }
}

extension String {
    /// In ASCII alone, so that it may stand in any text.
    fileprivate var quotedForJSON: String {
        var text = "\""
        for unit in utf16 {
            switch unit {
            case 0x22, 0x5C: text += "\\\(Character(Unicode.Scalar(UInt8(unit))))"
            case 0x20...0x7E: text.append(Character(Unicode.Scalar(UInt8(unit))))
            default:
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text + "\""
    }
}
