import Autodiff
import Notation

extension LargestSingularValue: ToldOperation {
    var face: Formula { .words("largest singular value") }

    func explanation(of index: Int, _ application: Application) -> Explanation {
        .stated(.words("the largest singular value of the weight matrix"))
    }

    func local(_ contribution: Contribution, _ application: Application) -> LocalStory {
        LocalStory(meaning: .row([.sub("u", "1"), .transposed(.sub("v", "1"))]), words: .words("its singular vectors"))
    }

    func sentence(of index: Int, isFirst: Bool, _ precision: Precision, _ application: Application) -> Formula {
        .row([application.symbol(ofResult: index), .words(" is the most by which the matrix stretches any vector.")])
    }

    func way(to operand: Int) -> Meeting.Way { .largestSingular }

    private var vectors: (u: Formula, v: Formula) { (.sub(.symbol("u", .bold), "1"), .sub(.symbol("v", .bold), "1")) }

    func rule(_ application: Application) -> (formula: Formula, remark: Formula)? {
        (
            .row([.transposed(vectors.u), application.tensor(0), vectors.v]),
            .words("u₁ and v₁ are the first singular vectors: no unit vector is stretched more than v₁.")
        )
    }

    func pullback(to operand: Int, _ application: Application) -> (formula: Formula, remark: String) {
        (
            .row([application.upstream, vectors.u, .transposed(vectors.v)]),
            "Through the largest singular value, whose derivative by W is u₁v₁ᵀ."
        )
    }
}
