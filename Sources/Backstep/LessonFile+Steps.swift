import Autodiff
package import CairoBackend
import Drawing
import Figures
import Lessons
import NeuralNetworks
package import Traces

extension LessonFile {
    /// The step-through: a file for each frame, and a PDF with a page a step.
    package func stepJobs(
        _ press: Press, by granularity: Granularity?, sample: Int, formats: [PictureFormat], folder: String
    ) throws(BackstepError) -> [Press.Job] {
        let frames = try frames(press, by: granularity, sample: sample)
        let digits = max(3, String(frames.count).count)
        var jobs = frames.indices.map { index in
            let number = String(index + 1)
            let stem = "\(folder)/frames/\(String(repeating: "0", count: digits - number.count))\(number)"
            return Press.Job(
                content: .picture { frames[index] },
                files: formats.map { Press.File(path: "\(stem).\($0.rawValue)", format: $0) })
        }
        jobs.append(
            Press.Job(
                content: .pages { frames.indices.map { frames[$0] } },
                files: [Press.File(path: "\(folder)/steps.pdf", format: .pdf)]))
        return jobs
    }

    /// What the gallery shows of the lesson: its figures, and of a trace its steps as a PDF and some frames as PNG.
    package func galleryJobs(_ press: Press, formats: [PictureFormat], folder: String) throws(BackstepError) -> [Press.Job] {
        var jobs = try jobs(press, PictureOptions(), to: .folder(folder, formats))
        guard try lesson.trace() != nil else { return jobs }
        let frames = try frames(press, by: nil, sample: 0)
        jobs.append(
            Press.Job(
                content: .pages { frames.indices.map { frames[$0] } },
                files: [Press.File(path: "\(folder)/\(name)-steps.pdf", format: .pdf)]))
        for index in frames.tellingIndices {
            jobs.append(
                Press.Job(
                    content: .picture { frames[index] },
                    files: [Press.File(path: "\(folder)/\(name)-step-\(index + 1).png", format: .png)]))
        }
        return jobs
    }

    private func frames(_ press: Press, by granularity: Granularity?, sample: Int) throws(BackstepError) -> Frames {
        let trace = try lesson.requiredTrace(for: "steps")
        if let batch = trace.lowered?.problem.inputs.shape[0], !(0..<batch).contains(sample) {
            throw BackstepError(.usage, "--sample \(sample) is outside the batch; expected 0 to \(batch - 1)")
        }
        let steps = trace.steps(by: granularity, sample: sample)
        let network =
            NetworkScene.suits(trace)
            ? NetworkScene(
                trace, options: NetworkDiagramOptions(sample: .number(sample), mostUnits: 6), reserve: 6, measurer: press.measurer, theme: .light)
            : nil
        let scene: any TraceScene = network ?? GraphScene(trace, measurer: press.measurer, theme: .light)
        return Frames(
            sequence: FrameSequence(trace, steps: steps, scene: scene, measurer: press.measurer), steps: steps,
            source: lesson.source.text)
    }
}

/// The frames of one lesson, each drawn when it is asked for.
private struct Frames: Sendable {
    let sequence: FrameSequence
    let steps: [Step]
    let source: String

    var count: Int { sequence.count }
    var indices: Range<Int> { 0..<sequence.count }

    subscript(index: Int) -> Picture {
        var picture = sequence.picture(index)
        picture.source = source
        return picture
    }

    /// A few frames that give an idea of the whole: one of each phase, and the longest products.
    var tellingIndices: [Int] {
        let first = Step.Phase.allCases.compactMap { phase in steps.firstIndex { $0.phase == phase } }
        let products = steps.indices.filter { steps[$0].phase == .backward }
            .sorted { (steps[$0].factors, $1) > (steps[$1].factors, $0) }.prefix(1)
        let forks = steps.indices.filter { steps[$0].terms > 1 }.prefix(1)
        return Set(first + products + forks).sorted()
    }
}

extension Step {
    fileprivate var factors: Int { findings.first?.chain?.terms.first?.factors.count ?? 0 }
    fileprivate var terms: Int { findings.first?.chain?.terms.count ?? 0 }
}

extension Finding {
    fileprivate var chain: ChainRule? { if case .chain(let chain) = explanation { chain } else { nil } }
}
