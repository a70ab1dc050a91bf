import CairoBackend
import Drawing
import Lessons
import Testing

@testable import Backstep

@Suite("Bundled pictures say in themselves what a reader needs for them")
struct PictureWordsTests {
    /// The texts of a lesson's pictures.
    /// - Parameter isShort: whether to run it for few seeds and steps.
    private func words(_ name: String, isShort: Bool = true) throws -> [String] {
        let text = try LessonFile(name).lesson.source.text
        let short = text.replacing(#/ seeds: [0-9]+/#, with: " seeds: 2").replacing(#/ steps: [0-9]{2,}/#, with: " steps: 12")
        let file = try LessonFile(yaml: isShort ? short : text, name: name)
        return try file.pictures(Press(try FontBook(preferring: .fallback))).map { named in
            named.picture.content.textRuns.map(\.run.text).joined(separator: " ").replacing(#/ +/#, with: " ")
        }
    }

    @Test("Each of several pictures of layers names its layer under the title of all") func layers() throws {
        let pictures = try words("11-convolution")
        #expect(pictures.count == 2)
        #expect(pictures[0].contains("there and back: 1 of 2, layer conv"))
        #expect(pictures[1].contains("there and back: 2 of 2, layer pool"))
        // A single one has the lesson's title as it is.
        #expect(try words("12-sum-over-time")[0].hasPrefix("Why is a recurrent gradient a sum?"))
        #expect(try !words("12-sum-over-time")[0].contains("1 of"))
    }

    @Test("A time step and a target have different letters") func letters() throws {
        let picture = try words("12-sum-over-time")[0]
        #expect(picture.contains("target t"))
        #expect(picture.contains("k−1") || picture.contains("k − 1"))
        #expect(!picture.contains("t−1") && !picture.contains("t − 1"))
    }

    @Test("Radii that only one panel has are explained") func radii() throws {
        #expect(try words("24-through-time")[0].contains("tanh is shown with 1.5 and 3 as well"))
    }

    @Test("Of two sweeps each names what the other one varies") func sweeps() throws {
        let picture = try words("34-batch-norm-tolerance")[0]
        #expect(picture.contains("by learning rate; weights He normal"))
        #expect(picture.contains("by initial deviation; η = 0.3"))
    }

    @Test("The offset of a saddle’s paths is named where the headline speaks of offsets") func offsets() throws {
        #expect(try words("45-saddle-points")[0].contains("Offset: the start’s y, in these paths 0.001."))
    }

    @Test("From the side, every clipped step has its end with the loss there") func clipping() throws {
        let picture = try words("27-clipping", isShort: false)[0]
        for loss in ["0.0895", "0.0668", "0.0781"] { #expect(picture.contains("→ \(loss)"), "\(loss)") }
    }
}
