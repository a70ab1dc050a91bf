package import Drawing
package import Traces

/// The frames of a step-through: one a step, all of one size and one layout.
package struct FrameSequence: Sendable {
    let steps: [Step]
    let title: String?

    /// - Parameter scene: the picture of the trace that every frame holds.
    package init(
        _ trace: Trace, steps: [Step], scene: any TraceScene, measurer: any TextMeasuring, theme: Theme = .light
    ) {
        self.steps = steps
        title = trace.title
    }

    package var count: Int { steps.count }

    /// - Precondition: `index` is below `count`.
    package func picture(_ index: Int) -> Picture {
        Picture(size: Size(720, 432), content: DisplayList(), title: title ?? "", alternative: "")
    }
}
