import Autodiff
import Notation

extension ScaleAndShift: ToldOperation {
    var face: Formula { .row(["γ", .sign(.dot), .hat("x")] + (hasShift ? [.sign(.plus), "β"] : [])) }

    private func channel(of index: Int, _ application: Application) -> Int { index / inner % application.count(1) }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        let channel = channel(of: index, application)
        let scaled = application.number(1, channel) * application.number(0, index)
        return .arithmetic(hasShift ? scaled + application.number(2, channel) : scaled)
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        let index = contribution.outputIndex
        switch contribution.operand {
        case 0: return application.read(application.scalar(1, channel(of: index, application)), "the scale")
        case 1: return application.read(application.scalar(0, index), "the normalized")
        default: return LocalStory(meaning: .number(contribution.local))
        }
    }

    func question(_ name: Formula, of index: Int, isGroup: Bool, _ application: Application) -> Formula {
        .row([.words("What is the scaled\(hasShift ? " and shifted" : "") value "), name, .words("?")])
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        if isFirst {
            return .words(
                hasShift
                    ? "A learned scale and a learned shift give back the freedom that normalizing took."
                    : "A learned scale gives back the freedom that normalizing took.")
        }
        return .row([
            application.symbol(ofResult: index), .words(" is scaled\(hasShift ? " and shifted" : "") as well, by what was learned."),
        ])
    }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        let scaled = Formula.joined([application.tensor(1), application.tensor(0)], by: .hadamard)
        guard hasShift else { return (scaled, .words("One scale a channel.")) }
        return (scaled + application.tensor(2), .words("One scale and one shift a channel."))
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        let upstream = application.upstream
        switch operand {
        case 0: return (application.entrywise(application.tensor(1)), "")
        case 1:
            return (.sum(over: "i", application.entrywise(application.tensor(0))), "Summed over all values of the channel.")
        default: return (.sum(over: "i", upstream), "Summed over all values of the channel.")
        }
    }
}
