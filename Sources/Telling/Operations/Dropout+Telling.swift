import Autodiff
import Notation

extension Dropout: ToldOperation {
    var face: Formula { .words("dropout") }

    private func mask(of index: Int, _ application: Application) -> Int { place(of: index, mask: application.count(1)) }

    private func isKept(_ index: Int, _ application: Application) -> Bool { application.value(1, mask(of: index, application)) != 0 }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let masked = application.number(0, index) * application.number(1, mask(of: index, application))
        return .arithmetic(masked / (.number(1) - .number(rate)))
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let index = contribution.outputIndex
        return LocalStory(
            meaning: .fraction(application.symbol(1, mask(of: index, application)), .name("1") - .number(rate)),
            words: .words(isKept(index, application) ? "kept, and scaled" : "dropped"))
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        isGroup
            ? .row([.words("What does dropout leave of "), name, .words("?")]) : .row([.words("Is "), name, .words(" kept or dropped?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        let name = application.symbol(ofResult: index)
        guard isKept(index, application) else {
            return .row([name, .words(" is dropped: 0 going forward, and going back no gradient passes.")])
        }
        guard isFirst else { return .row([name, .words(" is kept, and scaled.")]) }
        return .row([
            name, .words(" is kept. It is divided by the share that is kept, "), .number(1 - rate),
            .words(", so that on average over masks the sums of the next layer stay as large as without dropout."),
        ])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (
            .fraction(.joined([application.tensor(0), application.tensor(1)], by: .hadamard), .name("1") - .number(rate)),
            .words("\(application.each)The product is taken entry by entry: the mask is 1 where an entry is kept, 0 where it is dropped.")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        (
            .fraction(application.entrywise(application.tensor(1)), .name("1") - .number(rate)),
            "The same mask and the same scale going back: what was dropped gets no gradient."
        )
    }

    var convention: String? { "Dropout: what is kept is divided by 1 − rate" }
}
