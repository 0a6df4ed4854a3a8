//! The conformance suite: one case for each promise of a store. Each rule of the design has a case
//! here, and each bug gets one before it is fixed.
//!
//! A store runs the suite with [`conformance!`](crate::conformance!), given a function that runs a
//! case on a [`Floor`] over that store.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a case fails by panicking"
)]

pub mod agents;
pub mod clock;
pub mod contacts;
pub mod explaining;
pub mod figures;
mod floor;
pub mod names;
pub mod offers;
pub mod penalties;
pub mod reading;
pub mod routing;
pub mod seen;
pub mod settings;
pub mod steering;
pub mod types;
pub mod whole_floor;
pub mod wrap_up;

pub use floor::Floor;

/// Makes one `#[tokio::test]` of every case.
///
/// `$run` is `async fn(case: impl AsyncFnOnce(&Floor))`. It opens a floor over the store, runs the
/// case on it, and cleans up.
#[macro_export]
macro_rules! conformance {
    ($run:path) => {
        $crate::conformance_cases! { $run;
            routing::a_contact_goes_to_the_longest_available_agent,
            routing::the_agent_must_hold_every_skill,
            routing::a_contact_without_skills_goes_to_any_agent,
            routing::repeated_skills_count_once,
            routing::contacts_are_served_in_the_order_of_arrival,
            routing::a_more_urgent_contact_is_served_first,
            routing::an_agent_takes_the_best_ranked_contact_over_all_their_skills,
            routing::a_thousand_unservable_contacts_delay_nobody,
            routing::the_one_agent_with_both_skills_is_found_behind_a_hundred_with_one,
            routing::nobody_is_found_where_no_agent_holds_both_skills,
            routing::a_contact_behind_many_lines_of_the_same_skill_is_found,
            routing::many_arrivals_in_one_moment_keep_their_order,
            contacts::completing_a_contact_frees_its_agent_for_the_next,
            contacts::completing_a_waiting_contact_abandons_it,
            contacts::an_abandoned_contact_is_never_assigned,
            contacts::completing_twice_changes_nothing,
            contacts::a_late_repeat_does_not_free_an_agent_from_their_next_contact,
            contacts::creating_again_gives_the_present_state,
            contacts::an_id_stands_for_one_request,
            contacts::an_id_stands_for_one_request_with_its_attributes,
            contacts::a_contact_belongs_to_its_creator,
            contacts::an_unknown_contact_is_refused,
            contacts::a_finished_contact_expires_after_an_hour_and_a_live_one_never,
            contacts::attributes_are_kept_as_they_came,
            contacts::wait_is_measured_from_arrival,
            explaining::an_explanation_names_what_is_missing,
            explaining::an_explanation_says_what_is_true,
            explaining::an_explanation_counts_agents_taken_off_by_closing,
            explaining::only_contacts_that_compete_for_its_agents_are_ahead,
            explaining::an_explanation_names_the_skill_that_may_have_been_meant,
            explaining::an_explanation_names_who_is_in_wrap_up,
            steering::a_contact_is_cancelled_wherever_it_stands,
            steering::a_requeued_contact_keeps_its_place,
            steering::a_requeued_contact_goes_to_another_agent_at_once,
            steering::a_contact_is_requeued_from_the_agent_who_was_meant,
            steering::a_contact_that_never_had_an_agent_cannot_be_requeued,
            steering::a_priority_can_change_while_a_contact_waits,
            agents::an_agent_is_created_unavailable,
            agents::an_agent_is_created_once,
            agents::an_unknown_agent_is_refused,
            agents::an_agent_is_renamed,
            agents::being_available_again_keeps_the_place,
            agents::a_break_sends_an_agent_to_the_back,
            agents::an_unavailable_agent_gets_nothing,
            agents::a_reason_can_change,
            agents::a_busy_agent_gets_no_second_contact,
            agents::a_busy_agents_choice_takes_effect_when_the_contact_ends,
            agents::a_busy_agent_can_choose_again,
            agents::a_busy_agent_is_not_deleted,
            agents::a_deleted_agent_gets_nothing,
            agents::a_deletion_is_remembered_beyond_the_next_agent_of_that_id,
            agents::a_new_skill_keeps_the_place_and_gets_a_contact_that_needs_it,
            agents::a_skill_is_held_once,
            agents::an_agent_holds_64_skills_at_most,
            agents::a_skill_taken_away_no_longer_routes,
            agents::a_skill_not_held_cannot_be_taken,
            agents::losing_a_skill_does_not_end_a_contact,
            agents::an_agent_is_credited_with_what_they_completed,
            whole_floor::a_new_acd_is_open_and_empty,
            whole_floor::opening_makes_everyone_available_except_those_on_a_break,
            whole_floor::opening_makes_available_those_closing_took_off_and_new_agents,
            whole_floor::a_choice_on_a_contact_takes_precedence_over_closing,
            whole_floor::opening_keeps_the_order_in_which_agents_became_unavailable,
            whole_floor::a_large_floor_opens_in_the_order_in_which_agents_became_unavailable,
            whole_floor::opening_leaves_agents_on_contacts_alone,
            whole_floor::opening_does_not_touch_what_a_busy_agent_chose,
            whole_floor::closing_makes_everyone_unavailable_and_keeps_the_queue,
            whole_floor::a_closed_acd_takes_no_new_contacts,
            whole_floor::closing_reaches_a_busy_agent_when_the_contact_ends,
            whole_floor::closing_and_opening_leave_a_busy_agent_unchanged,
            whole_floor::an_agent_available_while_closed_drains_the_queue,
            whole_floor::a_large_floor_opens_and_closes_whole,
            whole_floor::opening_serves_waiting_contacts,
            whole_floor::a_skill_is_deleted_from_everyone,
            whole_floor::contacts_keep_a_deleted_skill_and_their_place,
            whole_floor::an_unknown_skill_is_not_deleted,
            reading::the_queue_comes_in_pages,
            reading::the_agents_come_in_pages,
            reading::the_skills_come_in_pages,
            reading::a_page_is_found_by_position_and_by_item,
            reading::a_skill_shows_its_next_agents,
            reading::a_skill_nobody_holds_or_needs_is_forgotten,
            reading::the_overview_counts_the_floor,
            reading::the_oldest_contact_is_the_longest_waiting_whatever_its_priority,
            reading::events_report_everything_without_a_gap,
            reading::the_newest_events_number_is_followed,
            reading::running_due_deadlines_returns_when_to_run_them_next,
            settings::a_setting_is_changed_and_taken_back,
            settings::a_contact_that_needs_a_skill_nobody_holds_is_refused_if_that_is_set,
            settings::settings_are_changed_one_by_one,
            settings::a_reason_that_is_not_on_the_list_is_refused,
            settings::a_choice_comes_true_although_its_reason_left_the_list,
            settings::short_abandonments_are_those_within_the_time_that_is_set,
            types::a_type_is_created_replaced_and_deleted,
            types::a_setting_of_the_floor_is_not_one_of_a_type,
            types::a_contact_takes_what_it_does_not_say_from_its_type,
            types::a_contact_of_a_type_is_routed_by_its_skills,
            types::a_contact_of_an_unknown_type_is_refused,
            types::a_creation_is_repeated_whatever_its_type_has_become,
            types::a_type_with_live_contacts_is_not_deleted,
            types::a_type_has_its_own_time_for_short_abandonments,
            types::figures_are_kept_per_type,
            offers::a_match_is_an_offer_if_contacts_are_offered,
            offers::an_agent_who_becomes_free_is_offered_the_next_contact,
            offers::accepting_assigns_and_ends_the_wait,
            offers::an_accept_is_repeated_and_counted_once,
            offers::a_stale_offer_is_refused_with_what_is_true_now,
            offers::an_accept_at_the_deadline_is_too_late,
            penalties::a_rejected_contact_goes_to_another_agent_at_once,
            penalties::a_reject_is_repeated_and_counted_once,
            penalties::the_only_agent_who_rejects_is_rung_once_a_penalty,
            penalties::who_misses_too_many_offers_is_not_responding,
            penalties::only_an_accept_clears_misses,
            penalties::a_penalty_runs_on_whatever_is_said,
            offers::an_agent_keeps_their_place_if_the_contact_leaves,
            offers::an_agent_whose_offer_left_gets_what_waits,
            offers::an_offer_is_withdrawn_from_who_is_no_longer_available,
            offers::what_may_change_while_a_contact_is_offered,
            offers::a_changed_timeout_holds_from_the_next_offer_on,
            offers::contacts_of_a_type_are_offered,
            offers::the_next_offer_or_penalty_is_when_to_run_again,
            offers::an_explanation_names_offers_penalties_and_who_is_not_responding,
            wrap_up::a_timed_wrap_up_ends_by_itself,
            wrap_up::a_wrap_up_is_ended_early_or_extended,
            wrap_up::a_manual_wrap_up_ends_when_its_agent_says_so,
            wrap_up::saying_available_ends_a_manual_wrap_up,
            wrap_up::a_choice_in_wrap_up_comes_true_at_its_end,
            wrap_up::every_end_of_an_accepted_contact_begins_wrap_up,
            wrap_up::a_wrap_up_runs_on_while_the_acd_closes,
            wrap_up::an_agent_in_wrap_up_is_deleted,
            wrap_up::a_type_has_its_own_wrap_up,
            wrap_up::wrap_up_counts_for_occupancy,
            wrap_up::a_disposition_is_given_at_the_end_or_in_wrap_up,
            wrap_up::a_disposition_that_is_not_on_the_list_is_refused,
            clock::a_clock_that_leapt_ahead_leaves_the_order_of_arrival,
            clock::figures_go_on_after_a_clock_that_leapt_ahead,
            clock::occupancy_goes_on_after_a_clock_that_leapt_ahead,
            clock::the_sweep_goes_on_after_a_clock_that_leapt_ahead,
            clock::what_began_ahead_of_the_clock_ends_in_time,
            clock::a_clock_that_goes_back_delays_nothing,
            names::a_name_is_one_name_however_it_is_typed,
            names::names_with_any_punctuation_work_everywhere,
            figures::a_new_floor_has_no_figures,
            figures::every_outcome_is_counted_once,
            figures::every_wait_is_counted_at_its_bound,
            figures::a_wait_of_exactly_a_bound_is_within_it,
            figures::every_agent_is_credited_with_their_part_of_a_contact,
            figures::one_contact_has_one_outcome_in_every_rate,
            figures::figures_are_kept_per_skill,
            figures::figures_look_back_as_far_as_asked,
            figures::figures_beyond_two_hours_begin_with_a_quarter,
            figures::figures_are_exact_for_any_time_that_can_be_asked_for,
            figures::a_series_shows_when_it_happened,
            figures::agents_time_is_counted_while_it_goes_on,
            seen::a_contact_that_went_to_another_agent_is_not_ended,
            seen::a_contact_assigned_meanwhile_is_not_ended_as_waiting,
            seen::a_contact_requeued_meanwhile_is_not_ended_as_assigned,
            seen::a_repeat_with_the_same_precondition_succeeds,
            seen::a_choice_made_meanwhile_is_not_overridden,
            seen::a_change_of_a_contact_requires_the_named_version,
            seen::a_change_of_an_agent_requires_the_named_version,
            seen::a_change_returns_what_it_replaced,
        }
    };
}

/// Makes one `#[tokio::test]` of each listed case; see [`conformance!`](crate::conformance!).
#[macro_export]
macro_rules! conformance_cases {
    ($run:path; $($module:ident::$case:ident),* $(,)?) => {
        $(
            #[tokio::test]
            async fn $case() {
                $run($crate::conformance::$module::$case).await;
            }
        )*

        #[test]
        fn every_case_is_run() {
            let run = [$(concat!(stringify!($module), "::", stringify!($case))),*];
            assert_eq!(run.len(), $crate::conformance::written_cases());
        }
    };
}

/// Counts the cases in the suite's files.
pub fn written_cases() -> usize {
    [
        include_str!("routing.rs"),
        include_str!("contacts.rs"),
        include_str!("explaining.rs"),
        include_str!("steering.rs"),
        include_str!("agents.rs"),
        include_str!("whole_floor.rs"),
        include_str!("reading.rs"),
        include_str!("names.rs"),
        include_str!("figures.rs"),
        include_str!("seen.rs"),
        include_str!("clock.rs"),
        include_str!("settings.rs"),
        include_str!("types.rs"),
        include_str!("offers.rs"),
        include_str!("penalties.rs"),
        include_str!("wrap_up.rs"),
    ]
    .iter()
    .map(|file| file.matches("\npub async fn ").count())
    .sum()
}
