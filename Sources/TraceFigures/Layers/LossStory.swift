import Autodiff
import Drawing
import NeuralNetworks
import Notation
import Telling
import Traces

/// The loss: outputs and targets, with the gradients that set out from here.
struct LossStory: LayerStory {
    let subject: LayerSubject

    init(_ subject: LayerSubject) { self.subject = subject }

    var lines: [LayerLine] { [] }

    func headlines(_ page: LayerPage) -> [Formula] { [.words("The gradient sets out from the loss")] }

    func subtitle(_ page: LayerPage) -> [Formula] { [legend(page)] }

    func sections(_ page: LayerPage) -> [LayerSection] {
        var blocks = [page.tile("outputs", subject.slice(subject.lowered.output), [.value, .gradient]).block(page.lettering)]
        if let targets = subject.lowered.targets {
            blocks.append(page.tile("targets", subject.slice(targets), [.value], paint: .ink).block(page.lettering))
        }
        return [LayerSection(heading: .words("Outputs and targets"), blocks: blocks, gap: 16)]
    }
}
