import Autodiff
import Notation

extension PathReport {
    /// The report for people, at most 100 columns wide except for the paths themselves, which are wrapped.
    package func writeText<Failure: Error>(_ trace: Trace, to put: (String) throws(Failure) -> Void) throws(Failure) {
        var text = "\(count.groupedByThousands) \(count == "1" ? "path" : "paths") from \(name) to the result\n"
        text += "their products sum to \(Numeral(sum, digits: 8).text); the gradient is \(Numeral(gradient, digits: 8).text)\n"
        if let largest {
            for (rank, path) in largest.enumerated() {
                text += "\n\(rank + 1).  \(Numeral(path.product, digits: 8).text)\n"
                text += wrapped(
                    path.steps.map { "→ \(trace.address(of: $0.to)) × \(Numeral($0.local).text)" }, indent: 4)
                try put(text)
                text = ""
            }
        }
        if let byLength {
            var table = TextTable([("edges", .right), ("paths", .right), ("sum", .right)])
            for length in byLength {
                table.add([String(length.edges), length.count.groupedByThousands, Numeral(length.sum).text])
            }
            text += "\n" + table.text
        }
        try put(text)
    }

    private func wrapped(_ words: [String], indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = margin
        for word in words {
            if line.count + word.count + 1 > TextTable.width, line.count > indent {
                lines.append(line)
                line = margin
            }
            line += (line.count > indent ? " " : "") + word
        }
        return (lines + [line]).joined(separator: "\n") + "\n"
    }
}

extension String {
    /// Digits in groups of three.
    fileprivate var groupedByThousands: String {
        var grouped = ""
        let total = count
        for (index, digit) in self.enumerated() {
            if index > 0, (total - index) % 3 == 0 { grouped += "\u{2009}" }
            grouped.append(digit)
        }
        return grouped
    }
}
