import ClusterCore
import EventLoop
import JSON
import Model

/// What a document asks for, ready for the core, and how it differs from what is.
struct ApplyPlan {
    /// One declaration.
    struct Step {
        /// For the core.
        var item: ApplyDeclarations.Item
        /// As it is told.
        var kind: AppliedDeclaration.Kind
        /// What it is known by.
        var name: String
        /// How it differs; nil where there was none before.
        var diff: FieldDiff?
    }

    /// Something that goes.
    struct Pruned {
        /// For the core.
        var item: ApplyDeclarations.Pruned
        /// As it is told.
        var view: AppliedItem
    }

    var steps: [Step] = []
    var pruned: [Pruned] = []
}
