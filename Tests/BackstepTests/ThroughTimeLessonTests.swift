import Drawing
import Experiments
import Foundation
import Testing

@testable import Backstep

@Suite("The lesson on LSTM and GRU")
struct ThroughTimeLessonTests {
    @Test("An LSTM's gradient shrinks to about 10⁻⁹ at forget bias 0 and 10^−0.4 at 3, and the figure says which keep it")
    func lesson() throws {
        let file = try LessonFile("25-lstm-and-gru")
        let data = try #require(try file.lesson.measured()).data
        typealias Quantity = GradientThroughTime.Quantity
        func decades(_ name: String, _ quantity: String) throws -> Double {
            let found = data.series.first { $0.name == name && $0.quantity == quantity }
            let line = try #require(found)
            return try log10(line.median[0] / #require(line.median.last))
        }
        for (bias, measured) in [(0, -9.0), (3, -0.4)] {
            let name = "LSTM (bias \(bias))"
            #expect(abs(try decades(name, Quantity.hidden) - measured) < 0.5, "\(name)")
            // The gates alone leave less than what comes back in truth, the more so the more they are shut.
            #expect(try decades(name, Quantity.gates) < decades(name, Quantity.cell), "\(name)")
        }
        let picture = try file.only(of: file.pictures(Press(), PictureOptions())).picture
        #expect(picture.title == "With gate bias 3 GRU and LSTM keep the gradient; with 0 they shrink it more than the RNN")
        #expect(picture.content.textRuns.contains { $0.run.text == "through the forget gates alone" })
    }
}
