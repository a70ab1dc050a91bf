import Autodiff
package import CairoBackend
package import Drawing
import Foundation
import Lessons
import NeuralNetworks
import Reports
package import Telling
import TraceFigures
package import Traces

/// The options of a step-through.
package struct StepOptions: Hashable, Sendable {
    /// nil: the finest with at most 60 steps.
    package var granularity: Granularity?
    /// The units that have steps, such as `hidden[0],output`, while the others are summed; nil: all.
    package var only: String?
    /// Which of the lesson's training steps is told, from 1; nil: its last.
    package var trainingStep: Int?
    /// The sample whose units are shown, the notation, the look and the size of a frame.
    package var picture = PictureOptions()

    /// The sample of the batch whose units are shown, from 0.
    package var sample: Int {
        get { if case .number(let number) = picture.sample { number } else { 0 } }
        set { picture.sample = .number(newValue) }
    }

    /// In points: 960 × 540, or what makes it 16:9, where the size is not given.
    var frameSize: Size {
        let usual = FrameSequence.usualSize
        let width = picture.width?.points ?? picture.height.map { $0.points * usual.width / usual.height } ?? usual.width
        return Size(width, picture.height?.points ?? width * usual.height / usual.width)
    }

    /// Smaller frames have no room for a picture beside a formula.
    static let leastFrame = Size(640, 360)

    /// The most steps of a step-through.
    package static let mostSteps = 1_000

    package init() {}
}

extension LessonFile {
    /// The work of writing a step-through: a file for each frame, a PDF with a page for each step, and the same steps as an HTML page, as
    /// text, as slides and as tables.
    package func stepJobs(
        _ press: Press, _ options: StepOptions, formats: [PictureFormat], folder: String
    ) throws(BackstepError) -> [Press.Job] {
        let frames = try frames(press, options)
        let report = Report(
            frames.sequence.trace, steps: frames.steps, title: name,
            description: [lesson.description, frames.warning].compactMap(\.self).joined(separator: " "), notation: options.picture.notation)
        let written = Press.Job(
            content: .files { press in
                let drawings = try press.drawings(frames.indices.lazy.map(frames.sequence.scenePicture))
                return try report.files(
                    Report.Drawings(
                        definitions: drawings.definitions, common: drawings.common, styles: drawings.styles, paints: drawings.paints,
                        pictures: drawings.pictures, width: frames.sequence.pageSize.width,
                        middles: frames.indices.map(frames.sequence.middleOfResult))
                ).sorted { $0.name == Report.traceName && $1.name != Report.traceName }.map { ("\(folder)/\($0.name)", $0.bytes) }
            }, files: [])
        let pages = Press.Job(
            content: .pages(frames.count) { frames[$0] },
            files: [Press.File(path: "\(folder)/steps.pdf", format: .pdf)])
        var drawn = OutputFiles()
        for file in pages.files { try drawn.add(file.path, from: source) }
        for name in Report.fileNames { try drawn.add("\(folder)/\(name)", from: source) }
        for name in report.frameNames {
            for format in formats { try drawn.add("\(folder)/\(name).\(format.rawValue)", from: source) }
        }
        try Self.refuseAnothersFolder(folder)
        try drawn.refuseOthersFigures()
        // The longest jobs come first, so that no core is idle at the end.
        var jobs = [pages, written]
        jobs += report.frameNames.enumerated().map { index, name in
            Press.Job(
                content: .picture { frames[index] },
                files: formats.map { Press.File(path: "\(folder)/\(name).\($0.rawValue)", format: $0) })
        }
        return jobs
    }

    /// Refuses a folder in which files would be overwritten that are not from a step-through, perhaps an index.html. A folder of a
    /// step-through is recognized by its trace, which is written before the other texts.
    /// - Throws: `BackstepError.cannotWrite`.
    private static func refuseAnothersFolder(_ folder: String) throws(BackstepError) {
        let trace = try? InputFile.regularBytes("\(folder)/\(Report.traceName)", most: 1 << 10)
        guard trace?.starts(with: Report.traceBeginning.utf8) != true else { return }
        for name in Report.fileNames {
            var status = stat()
            guard lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { continue }
            throw BackstepError(
                .cannotWrite,
                "\(folder)/\(name) exists and is not from a step-through; it is left as it is; expected a folder of its own")
        }
    }

    /// The step-through's frames that a gallery shows, six at most; none of an experiment.
    package func tellingFrames(_ press: Press) throws(BackstepError) -> [(number: Int, picture: Picture)] {
        // Frames show a network or a graph. A lesson that asks for neither has none in the gallery.
        let isOfParts = !lesson.figures.isEmpty && !lesson.figures.contains { $0 == .network || $0 == .graph }
        guard !isOfParts, try lesson.trace() != nil else { return [] }
        let frames = try frames(press, StepOptions())
        return frames.tellingIndices.map { ($0 + 1, frames[$0]) }
    }

    /// The titles and alternative texts of the frames of a step-through with the options of a figure's origin.
    package func frameTexts(_ press: Press, as origin: FigureOrigin) throws(BackstepError) -> [(title: String, alternative: String)] {
        let frames = try frames(press, origin.steps)
        return frames.indices.map { index in
            let picture = frames[index]
            return (picture.title, picture.alternative)
        }
    }

    /// One frame of the step-through with the options of a figure's origin; nil if there are fewer frames.
    func frame(_ press: Press, _ number: Int, _ origin: FigureOrigin) throws(BackstepError) -> Picture? {
        let frames = try frames(press, origin.steps)
        // The number was read from a figure and so may be any.
        return number >= 1 && number <= frames.count ? frames[number - 1] : nil
    }

    private func frames(_ press: Press, _ options: StepOptions) throws(BackstepError) -> Frames {
        let (sample, notation) = (options.sample, options.picture.notation)
        let trace = try lesson.requiredTrace(for: "steps", at: options.trainingStep)
        if let batch = trace.lowered?.problem.inputs.shape[0], !(0..<batch).contains(sample) {
            throw BackstepError(.usage, "--sample \(sample) is outside the batch; expected 0 to \(batch - 1)")
        }
        let chosen = try options.only.map { (text) throws(BackstepError) in try trace.units(named: text) }
        let size = options.frameSize
        let least = StepOptions.leastFrame
        guard size.width >= least.width - 0.5, size.height >= least.height - 0.5 else {
            throw BackstepError(
                .usage,
                "a frame of \(Int(size.width)) × \(Int(size.height)) pt is too small; expected at least "
                    + "\(Int(least.width)) × \(Int(least.height)) pt")
        }
        let count = trace.stepCount(by: options.granularity, sample: sample, only: chosen)
        guard count <= StepOptions.mostSteps else {
            throw BackstepError(.usage, "\(name) has \(count) steps; expected at most \(StepOptions.mostSteps); try --by layer or --only")
        }
        let told = lesson.mistake.flatMap { MistakenTrace(trace, $0) }.map { ToldMistake($0, notation: notation) }
        let plain = trace.steps(by: options.granularity, sample: sample, notation: notation, only: chosen)
        let steps = told?.remarking(plain) ?? plain
        guard !steps.isEmpty else { throw BackstepError(.usage, "--only leaves no steps") }
        let network =
            try TraceView(of: trace, name: name) == .network
            ? NetworkScene(
                trace, options: NetworkDiagramOptions(sample: .number(sample), mostUnits: 6, notation: notation), reserve: 6,
                measurer: press.measurer, isTight: true)
            : nil
        var origin = FigureOrigin(of: self)
        origin.steps = options
        let scene: any TraceScene = network ?? GraphScene(trace, measurer: press.measurer, notation: notation, namesAll: true)
        let sequence = FrameSequence(trace, steps: steps, scene: scene, measurer: press.measurer, notation: notation, size: size)
        try checkSize(sequence.size, of: "a frame")
        return Frames(
            sequence: sequence, steps: steps, warning: told?.warning, source: lesson.source.carried, title: title, origin: origin)
    }
}

/// The frames of one lesson, each drawn on access.
private struct Frames: Sendable {
    let sequence: FrameSequence
    let steps: [Step]
    /// That the lesson's picture is wrong on purpose.
    let warning: String?
    let source: String
    let title: String?
    let origin: FigureOrigin

    var count: Int { sequence.count }
    var indices: Range<Int> { 0..<sequence.count }

    subscript(index: Int) -> Picture {
        var origin = origin
        origin.step = index + 1
        var picture = sequence.picture(index).carrying(source, origin, origin.options)
        picture.documentTitle = title
        return picture
    }

    /// A few frames that give an idea of the whole: the first of each phase, the longest product and the first sum of several paths.
    var tellingIndices: [Int] {
        let first = Step.Phase.allCases.compactMap { phase in steps.firstIndex { $0.phase == phase } }
        let products = steps.indices.filter { steps[$0].phase == .backward }
            .sorted { (steps[$0].factors, $1) > (steps[$1].factors, $0) }.prefix(1)
        let forks = steps.indices.filter { steps[$0].terms > 1 }.prefix(1)
        return Set((first + products + forks).prefix(6)).sorted()
    }
}

extension Step {
    fileprivate var factors: Int { findings.first?.chain?.terms.first?.factors.count ?? 0 }
    fileprivate var terms: Int { findings.first?.chain?.terms.count ?? 0 }
}

extension Finding {
    fileprivate var chain: ChainRule? { if case .chain(let chain) = explanation { chain } else { nil } }
}
